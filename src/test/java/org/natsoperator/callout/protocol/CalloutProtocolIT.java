package org.natsoperator.callout.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.NKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.api.Permissions;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.callout.connections.ConnectionReport;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.protocol.CalloutMessage.Request;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.callout.protocol.Decision.Reason;
import org.natsoperator.nkey.XKey;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.GrantTable;
import org.natsoperator.testing.GrantVerdicts;
import org.natsoperator.testing.Grants;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.Roles;

/** A responder with fixed decisions, which real servers ask. */
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"2.14.10", "2.15.3"})
class CalloutProtocolIT {

  private static final String ADMIN = "the-admin-of-the-walkthrough";
  private static final String NO_ANSWER = "no answer";
  private static final String REFUSED_TOKEN = "refused";
  private static final String LONG_NAMES = "long names";
  private static final Duration LONG = Duration.ofMinutes(2);

  @Parameter String version;

  private final SecureRandom random = new SecureRandom();
  private final XKey xkey = CalloutServer.CLUSTER_KEY;
  private final CalloutReader reader = new CalloutReader(xkey, "example-nats");
  private final CalloutResponse response = new CalloutResponse(CalloutServer.ISSUER);
  @AutoClose private NatsServer server;
  @AutoClose private Connection operator;

  static List<Grants> rows() {
    return GrantTable.rows();
  }

  @BeforeEach
  void start() throws Exception {
    NKey key = NKey.createUser(random);
    server =
        NatsServer.start(version, CalloutServer.config(version, new String(key.getPublicKey())));
    operator = CalloutServer.connect(server, key);
    operator.createDispatcher(this::respond).subscribe("$SYS.REQ.USER.AUTH", "operator");
    operator.flush(LONG);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void clientCanDoWhatItsRoleGrants(Grants row) {
    try (NatsClient witness = login(ADMIN);
        NatsClient client = login(row.account())) {
      GrantVerdicts.assertThatClientCanDo(row, version, client, witness);
    }
  }

  /** After a pause of this machine a request is too old, and gets no answer. */
  private NatsClient login(String token) {
    return await()
        .atMost(LONG)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> NatsClient.login(server, "any", token), Objects::nonNull);
  }

  @Test
  void refusedClientGetsViolation() {
    await()
        .untilAsserted(
            () -> assertThat(Login.as(server, "any", REFUSED_TOKEN)).isEqualTo(Login.REFUSAL));
    await().until(() -> server.log().contains(Reason.WRONG_AUDIENCE.message()));
  }

  /** The server pings a client that waits for long. */
  @Test
  void clientWithoutAnswerWaits() {
    assertThat(Login.as(server, "any", NO_ANSWER)).isEqualTo("PING");
  }

  @Test
  void connectionShowsNameAndTags() {
    try (NatsClient client = login(ADMIN)) {
      assertThat(client.isConnected()).isTrue();
      assertThat(server.monitoring("/connz?auth=1&acc=$G").at("/connections/0/authorized_user"))
          .hasToString("\"ns/account/pod\"");
      assertThat(server.monitoring("/connz?auth=1&acc=$G").at("/connections/0/tags"))
          .hasToString("[\"role:uid:1\"]");
    }
  }

  /** A client chooses its name, in which the server replaces each {@code <} by 6 bytes. */
  @Test
  void listOfConnectionsWithLongestNamesFits() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i <= ConnectionReport.LIMIT; i++) {
        clients.add(
            await()
                .atMost(LONG)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(this::clientWithLongName, Objects::nonNull));
      }

      Message list =
          operator.request(
              "$SYS.REQ.SERVER.PING.CONNZ",
              "{\"auth\":true,\"acc\":\"$G\",\"limit\":%d,\"offset\":0}"
                  .formatted(ConnectionReport.LIMIT)
                  .getBytes(US_ASCII),
              LONG);

      assertThat(list).isNotNull();
      assertThat(list.getData()).hasSizeBetween(500 << 10, 1 << 20);
      ConnectionReport report = ConnectionReport.read(list.getData(), CalloutServer.CLUSTER);
      assertThat(report.connections()).hasSize(ConnectionReport.LIMIT);
      assertThat(report.next()).isEqualTo(ConnectionReport.LIMIT);
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  /** The token of a real client has some 1,200 of the 4,096 characters of the line. */
  private Socket clientWithLongName() throws IOException {
    URI url = URI.create(server.url());
    Socket client = new Socket(url.getHost(), url.getPort());
    client.setSoTimeout(60_000);
    BufferedReader answers =
        new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
    answers.readLine();
    client
        .getOutputStream()
        .write(
            "CONNECT {\"user\":\"any\",\"pass\":\"%s\",\"verbose\":false,\"name\":\"%s\"}\r\nPING\r\n"
                .formatted(LONG_NAMES, "<".repeat(2_800))
                .getBytes(US_ASCII));
    String answer = answers.readLine();
    if (!"PONG".equals(answer)) {
      client.close();
      throw new IOException(answer);
    }
    return client;
  }

  private void respond(Message message) {
    String sender = message.getHeaders().getFirst("Nats-Server-Xkey");
    Instant now = Instant.now();
    if (reader.read(message.getData(), sender, now) instanceof Request request
        && !request.token().equals(NO_ANSWER)) {
      String answer =
          request.token().equals(REFUSED_TOKEN)
              ? response.refused(request, Reason.WRONG_AUDIENCE, now)
              : response.granted(request, granted(request.token(), now), now);
      byte[] nonce = new byte[XKey.NONCE_BYTES];
      random.nextBytes(nonce);
      operator.publish(
          message.getReplyTo(),
          xkey.seal(answer.getBytes(US_ASCII), request.serverXkey(), nonce).orElseThrow());
    }
  }

  /** The token is the name of a row. */
  private static Granted granted(String row, Instant now) {
    if (row.equals(LONG_NAMES)) {
      return grantedWithLongNames(now);
    }
    Grants grants =
        rows().stream().filter(each -> each.account().equals(row)).findFirst().orElseThrow();
    return new Granted(
        "ns/account/pod",
        Roles.bound(grants.role(), Clusters.walkthrough("2.15.3")).grant(),
        RoleLimits.NONE,
        List.of("role:uid:1"),
        List.of(),
        now.plusSeconds(3_600));
  }

  private static Granted grantedWithLongNames(Instant now) {
    Identity identity = new Identity("n".repeat(63), "a".repeat(253));
    String uid = "0a5e3d0f-1f0e-4a53-9d3c-7f1a2b3c4d5e";
    String pod = "p".repeat(253);
    ConnectionTags tags =
        new ConnectionTags(
            identity,
            uid,
            Optional.of(uid),
            Optional.of(pod),
            uid,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            List.of("v".repeat(16), "w".repeat(16)),
            now.plusSeconds(3_600));
    return new Granted(
        identity + "/" + pod,
        Grant.of(identity, "any", new Permissions(List.of("foo"), List.of("foo"))),
        RoleLimits.NONE,
        tags.toList(),
        List.of(),
        now.plusSeconds(3_600));
  }
}
