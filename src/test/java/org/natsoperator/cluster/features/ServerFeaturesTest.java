package org.natsoperator.cluster.features;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ServerConfigFixture;

/**
 * Other tests start real servers with these golden files, which are called {@code
 * nats-<version>….conf}.
 */
class ServerFeaturesTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static final String DEFAULTS = "{}";
  static final String EVERYTHING =
      "{debug: true, trace: true, disableLogtime: true, write_deadline: 2s, maxConnections:"
          + " 1000, maxPayload: 2097152, maxPending: 33554432, maxSubscriptions: 500,"
          + " maxControlLine: 8192, maxTracedMsgLen: 256}";

  private static final CalloutKeys CALLOUT =
      new CalloutKeys(
          "ADFJHLAXAUMHA4OWPOB4P7YO72AQR2HMIUYFOXLXE2DZGM633K7HZVXK",
          "XCSOBEUSWZI4E6FZO4WFNH27VG5RHWIGWRVLNDE57HOCWRAJ7CRATSUK");

  private static final ServerUser ADMIN =
      new ServerUser("nats-admin-user", "token-of-admin", List.of(">"), List.of(">"));
  private static final ServerUser USER =
      new ServerUser(
          "nats-user",
          "token-of-user",
          List.of("foo.*", "foo.bar.quux"),
          List.of("foo.bar", "greetings", "hello.world"));
  private static final ServerUser LISTENER =
      new ServerUser("listener", "token-of-listener", List.of(), List.of("news.>"));
  private static final ServerUser PUBLISHER =
      new ServerUser("speaker", "token-of-speaker", List.of("news.>"), List.of());
  private static final ServerUser WORKER =
      new ServerUser(
          "worker",
          "token-of-worker",
          List.of("_INBOX.>"),
          List.of("jobs.* workers", "jobs.>"),
          Optional.of(new AllowResponses(5, null)));
  private static final ServerUser FOREIGN =
      new ServerUser(
          "team.abroad",
          "token-of-abroad",
          List.of("größe.*", "温度.>", "😀.a"),
          List.of("a<b>.&", "quote\".back\\slash"));

  @Test
  void version12GetsOnlySupportedKeys() {
    assertGolden("nats-1.2.0.conf", config("1.2.0", DEFAULTS, ADMIN, USER, LISTENER, PUBLISHER));
  }

  @Test
  void version210GetsEveryKeyAndQueueGroups() {
    assertGolden("nats-2.10.27.conf", config("2.10.27", EVERYTHING, ADMIN, WORKER, FOREIGN));
  }

  @Test
  void version215GetsDefaultsForMissingPermissions() {
    assertGolden(
        "nats-2.15.3.conf",
        config("2.15.3", DEFAULTS, ADMIN, USER, LISTENER, PUBLISHER, WORKER, FOREIGN));
  }

  @Test
  void clusterWithoutServiceAccountsHasNoAuthorization() {
    assertGolden("nats-2.15.3-open.conf", withoutUsers("2.15.3", DEFAULTS).build());
  }

  @Test
  void clusterWithoutRolesAdmitsNoClients() {
    assertGolden("nats-2.15.3-without-roles.conf", config("2.15.3", DEFAULTS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.14.10", "2.15.3"})
  void clusterWithProjectedTokensAsksTheOperator(String version) {
    ServerConfig config =
        withoutUsers(version, DEFAULTS)
            .spec("{auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}}")
            .users(USER)
            .keys(Clusters.KEYS.withCallout(Optional.of(CALLOUT)))
            .build();

    assertGolden("nats-" + version + "-callout.conf", config);
    assertThat(ServerFeatures.withUsers(config, write(config)))
        .as("servers of an older revision")
        .isEqualTo(write(config(version, DEFAULTS, USER)));
  }

  @ParameterizedTest(name = "{0}: max_control_line is {2} for spec value {1}")
  @CsvSource({
    "1.2.0,  0,    4096",
    "1.4.1,  0,    4096",
    "1.2.0,  8192, 8192",
    "2.0.0,  0,    0",
    "2.15.3, 8192, 8192"
  })
  void tokenFitsIntoConnectMessage(String version, int wanted, int expected) {
    String natsConfig = "{maxControlLine: %d}".formatted(wanted);

    assertThat(write(config(version, natsConfig)).path("max_control_line").asInt())
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "natsConfig {0} keeps the defaults of the server")
  @ValueSource(
      strings = {
        "{}",
        "{debug: false, trace: false, disableLogtime: false, write_deadline: \"\"}",
        "{maxConnections: 0, maxPayload: 0, maxPending: 0, maxSubscriptions: 0, maxControlLine: 0}"
      })
  void omitsEmptySettings(String settings) {
    assertThat(write(config("2.15.3", settings))).isEqualTo(write(config("2.15.3", DEFAULTS)));
  }

  private static void assertGolden(String name, ServerConfig config) {
    String written = ServerConfigFile.of(write(config), 0).text();

    assertThat(written).as("expected content of %s", name).isEqualTo(read(GOLDEN.resolve(name)));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode write(ServerConfig config) {
    return ServerFeatures.natsConf(config);
  }

  private static ServerConfig config(String version, String natsConfig, ServerUser... users) {
    return withoutUsers(version, natsConfig).users(users).build();
  }

  private static ServerConfigFixture withoutUsers(String version, String natsConfig) {
    return ServerConfigFixture.of(version)
        .spec("{natsConfig: " + natsConfig + "}")
        .routes(
            "example-nats-1.example-nats-mgmt.nats-io.svc:6222",
            "example-nats-2.example-nats-mgmt.nats-io.svc:6222",
            "example-nats-3.example-nats-mgmt.nats-io.svc:6222");
  }
}
