package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.ServerConfigs;

/** Tests which logins a server accepts, and the effect of a reload on connected clients. */
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"1.2.0", "2.10.27", "2.15.3"})
class LoginIT {

  /** Has the length and the prefix of a token. */
  private static final String TOKEN = "eyJhbGciOiJSUzI1NiIsImtpZCI6Ij" + "x".repeat(1200);

  @Parameter String version;

  @Test
  void rejectsAllLoginsWithoutRoles() {
    try (NatsServer server = start()) {
      assertThat(invalidLogins(server))
          .allSatisfy(login -> assertThat(Login.with(server, login)).isEqualTo(REFUSAL));
      assertThat(Login.as(server, "nats-user", TOKEN)).isEqualTo(REFUSAL);
    }
  }

  @Test
  void acceptsOnlyExactToken() {
    try (NatsServer server = start(user("nats-user", "a"))) {
      assertThat(Login.as(server, "nats-user", TOKEN)).isEqualTo(WELCOME);
      assertThat(invalidLogins(server))
          .allSatisfy(login -> assertThat(Login.with(server, login)).isEqualTo(REFUSAL));
      assertThat(
              List.of(
                  "",
                  TOKEN + "x",
                  TOKEN.substring(1),
                  TOKEN.substring(0, TOKEN.length() - 1),
                  TOKEN.replaceAll("x$", "y")))
          .allSatisfy(wrong -> assertThat(Login.as(server, "nats-user", wrong)).isEqualTo(REFUSAL));
    }
  }

  @Test
  void reloadChangesPermissionsAndDisconnectsOnlyDeletedUser() throws IOException {
    try (NatsServer server = start(user("admin", ">"), user("nats-user", "a"));
        NatsClient witness = NatsClient.login(server, "admin", TOKEN);
        NatsClient client = NatsClient.login(server, "nats-user", TOKEN)) {
      assertThat(client.subscribe("hi", witness)).isEqualTo(REFUSED);
      server.reload(config(user("admin", ">"), user("nats-user", "hi")));
      assertThat(client.subscribe("hi", witness)).isEqualTo(ALLOWED);
      assertThat(client.subscribe("a", witness)).isEqualTo(REFUSED);
      server.reload(config(user("admin", ">")));
      await().until(() -> !client.isConnected());
      assertThat(witness.isConnected()).isTrue();
      assertThat(Login.as(server, "nats-user", TOKEN)).isEqualTo(REFUSAL);
    }
  }

  private NatsServer start(ServerUser... users) {
    return NatsServer.start(version, config(users));
  }

  private ObjectNode config(ServerUser... users) {
    return ServerConfigs.withUsers(version, List.of(users));
  }

  private static ServerUser user(String name, String subject) {
    return new ServerUser(name, TOKEN, List.of(subject), List.of(subject));
  }

  /** Logins without a user name, with a wrong one, or as the sentinel or the operator. */
  private static List<Map<String, ?>> invalidLogins(NatsServer server) {
    ObjectNode config = server.configFile().parse();
    List<Map<String, ?>> invalidLogins = new ArrayList<>();
    invalidLogins.add(Map.of());
    invalidLogins.add(Map.of("user", "", "pass", ""));
    invalidLogins.add(Map.of("user", "", "pass", TOKEN));
    invalidLogins.add(Map.of("user", "Nats-User", "pass", TOKEN));
    invalidLogins.add(Map.of("auth_token", TOKEN));
    invalidLogins.add(Map.of("jwt", TOKEN));
    String key = config.at("/accounts/$SYS/users/0/nkey").asText();
    invalidLogins.add(Map.of("nkey", key));
    invalidLogins.add(Map.of("user", key, "pass", ""));
    // The sentinel's password in the file must not work either.
    JsonNode users = config.at("/authorization/users");
    JsonNode sentinel = users.get(users.size() - 1);
    assertThat(sentinel.get("password").asText()).startsWith("$2a$");
    for (String guess :
        List.of(
            "", "_nobody", "unknown", "password", sentinel.get("password").asText(), ".", TOKEN)) {
      invalidLogins.add(Map.of("user", sentinel.get("username").asText(), "pass", guess));
    }
    return invalidLogins;
  }
}
