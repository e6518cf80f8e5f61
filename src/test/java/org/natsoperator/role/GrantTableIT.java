package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.config.ServerUser;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.testing.GrantTable;
import org.natsoperator.testing.GrantTable.Grants;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.ServerConfigs;

/** The grant table with users in nats.conf. */
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"1.2.0", "2.10.27", "2.15.2"})
class GrantTableIT {

  private static final String PASSWORD = "a password";

  @Parameter String version;

  @AutoClose private NatsServer server;
  @AutoClose private NatsClient witness;

  static List<Grants> rows() {
    return GrantTable.rows();
  }

  @BeforeEach
  void start() throws IOException {
    List<ServerUser> users = rows().stream().filter(this::known).map(GrantTableIT::user).toList();
    server = NatsServer.start(version, ServerConfigs.withUsers(version, users));
    witness = NatsClient.login(server, "the admin of the walkthrough", PASSWORD);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void means(Grants row) throws IOException {
    assumeTrue(
        known(row), "the server knows no queue permissions: the operator leaves such a role out");
    assumeTrue(!row.wrongIn().contains(version), "a mistake of this version of the server");
    try (NatsClient client = NatsClient.login(server, row.sentence(), PASSWORD)) {
      assertThat(row.mayPublish())
          .allSatisfy(subject -> assertThat(client.publish(subject, witness)).isEqualTo(ALLOWED));
      assertThat(row.mayNotPublish())
          .allSatisfy(subject -> assertThat(client.publish(subject, witness)).isEqualTo(REFUSED));
      assertThat(row.maySubscribe())
          .allSatisfy(entry -> assertThat(client.subscribe(entry, witness)).isEqualTo(ALLOWED));
      assertThat(row.mayNotSubscribe())
          .allSatisfy(entry -> assertThat(client.subscribe(entry, witness)).isEqualTo(REFUSED));
      assertThat(client.isConnected()).as("a violation costs no connection").isTrue();
    }
  }

  private boolean known(Grants row) {
    return !row.namesQueues() || ServerVersion.parse(version).orElseThrow().knowsQueuePermissions();
  }

  private static ServerUser user(Grants row) {
    return new ServerUser(row.sentence(), PASSWORD, row.publish(), row.subscribe());
  }
}
