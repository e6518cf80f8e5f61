package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.plan.ClusterDecision;
import org.natsoperator.cluster.plan.ServerUsers;
import org.natsoperator.config.ServerUser;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.GrantTable;
import org.natsoperator.testing.GrantVerdicts;
import org.natsoperator.testing.Grants;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.ServerConfigs;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;

/**
 * The grant table, tested with users in nats.conf. The operator decides which roles become users of
 * a server version.
 */
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"1.2.0", "2.10.27", "2.15.3"})
class GrantTableIT {

  private static final String ADMIN = "the-admin-of-the-walkthrough";

  @Parameter String version;

  private ServerUsers users;
  @AutoClose private NatsServer server;
  @AutoClose private NatsClient witness;

  static List<Grants> rows() {
    return GrantTable.rows();
  }

  @BeforeEach
  void start() throws IOException {
    users = usersOf(version);
    server = NatsServer.start(version, ServerConfigs.withUsers(version, users.users()));
    witness = login(server, ADMIN);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void clientCanDoWhatItsRoleGrants(Grants row) throws IOException {
    if (row.omitted().containsKey(version)) {
      assertOmitted(row);
    } else {
      assertVerdicts(row);
    }
  }

  private void assertVerdicts(Grants row) throws IOException {
    try (NatsClient client = login(server, row.account())) {
      GrantVerdicts.assertThatClientCanDo(row, version, client, witness);
    }
  }

  /** The operator omits the role and reports the reason. */
  private void assertOmitted(Grants row) throws IOException {
    assertThat(users.unbound())
        .hasEntrySatisfying(
            new Identity(Clusters.NAMESPACE, row.account()),
            unbound -> assertThat(unbound.reason()).isEqualTo(row.omitted().get(version)));
    assertThat(Login.as(server, row.account(), token(row))).isEqualTo(Login.REFUSAL);
    if (row.omitted().containsValue(RoleReasons.QUEUES_NOT_SUPPORTED)) {
      assertServerDeniesMoreThan(row);
    }
  }

  /**
   * The server reads a subject with a queue group as one subject, to which no client can subscribe.
   */
  private void assertServerDeniesMoreThan(Grants row) throws IOException {
    ServerUser user = new ServerUser(row.account(), token(row), row.publish(), row.subscribe());
    List<ServerUser> all = Stream.concat(users.users().stream(), Stream.of(user)).toList();
    try (NatsServer other = NatsServer.start(version, ServerConfigs.withUsers(version, all));
        NatsClient admin = login(other, ADMIN);
        NatsClient client = NatsClient.login(other, user.name(), user.password())) {
      assertThat(row.maySubscribe())
          .extracting(entry -> client.subscribe(entry, admin))
          .contains(REFUSED);
    }
  }

  private NatsClient login(NatsServer server, String name) throws IOException {
    ServerUser user =
        users.users().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    return NatsClient.login(server, name, user.password());
  }

  private static ServerUsers usersOf(String version) {
    NatsCluster cluster = Clusters.walkthrough(version);
    List<ObservedRole> roles =
        rows().stream().map(row -> Roles.bound(row.role(), cluster)).toList();
    ObservedCluster observed = ObservedClusterFixture.of(cluster).roles(roles).build();
    return ClusterDecision.of(observed, Map.of(), Optional.empty(), Instant.EPOCH).users();
  }

  private static String token(Grants row) {
    return SigningKey.API_SERVER.sign(Tokens.claims(row.account()));
  }
}
