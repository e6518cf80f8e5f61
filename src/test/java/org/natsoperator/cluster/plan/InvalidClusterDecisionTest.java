package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.CLOSED;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.all;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.decide;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.file;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.observed;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.running;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.users;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.testing.Clusters;
import org.natsoperator.validation.FieldError;

/** Decisions for clusters with an error in their spec. */
class InvalidClusterDecisionTest {

  @Test
  void createsNothingForInvalidCluster() {
    NatsCluster invalid = Clusters.cluster("{size: -1, version: latest!, " + CLOSED + "}");
    ClusterDecision decision = decide(observed(invalid));

    assertThat(decision.errors())
        .extracting(FieldError::field)
        .containsExactly("spec.size", "spec.version");
    assertThat(all(decision)).isEmpty();
  }

  /** An older CRD admits every size. */
  @Test
  void hugeSizeIsInvalidAndAddsNoRoutes() {
    NatsCluster huge = Clusters.cluster("{size: 2000000000, " + CLOSED + "}");
    ClusterDecision decision = decide(running(huge, running(), "nats-admin-user"));

    assertThat(decision.errors()).extracting(FieldError::field).containsExactly("spec.size");
    ObjectNode config =
        ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();
    assertThat(config.at("/cluster/routes")).hasSize(NatsClusterSpec.MAX_SIZE);
    assertThat(users(config)).containsExactly("nats-admin-user", "_nobody");
  }

  @ParameterizedTest(name = "{0}: running servers get new users")
  @ValueSource(
      strings = {
        "{version: latest!, " + CLOSED + "}",
        "{version: 2.14.0, size: -1, " + CLOSED + "}",
        "{lameDuckDurationSeconds: 5, natsConfig: {maxPending: 1}, " + CLOSED + "}"
      })
  void updatesUsersOnServersOfInvalidCluster(String spec) {
    Secret running = running();
    ClusterDecision decision = decide(running(Clusters.cluster(spec), running, "nats-admin-user"));

    assertThat(all(decision))
        .extracting(object -> object.getMetadata().getName())
        .containsExactly(running.getMetadata().getName());
    ObjectNode before = ConfigSecret.fileIn(running).orElseThrow().parse();
    ObjectNode after = ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();
    assertThat(users(after)).containsExactly("nats-admin-user", "_nobody");
    assertThat(settings(after)).isEqualTo(settings(before));
  }

  /**
   * A user may replace ServiceAccounts by an unsupported field. Until the user corrects this,
   * clients without access must not get access.
   */
  @ParameterizedTest(name = "{0} keeps authorization")
  @ValueSource(
      strings = {
        "{auth: {enableServiceAccounts: false, clientsAuthSecret: users}}",
        "{auth: {clientsAuthFile: users}}",
        "{operatorConfig: {secret: operator}}"
      })
  void neverRemovesAuthorizationOfInvalidCluster(String spec) {
    ClusterDecision decision =
        decide(running(Clusters.cluster(spec), running(), "nats-admin-user"));
    ObjectNode after = ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();

    assertThat(after.has("authorization")).as("nats.conf has authorization").isTrue();
  }

  /** The operator cannot read whether clients must log in. */
  @ParameterizedTest(name = "{0} only removes users")
  @ValueSource(
      strings = {
        "{auth: none}",
        "{auth: {enableServiceAccounts: 'true'}}",
        "{auth: {enableServiceAccounts: 1, allowedNamespaces: 5}}"
      })
  void clusterThatHidesItsLoginsOnlyRemovesUsers(String spec) {
    NatsCluster hidden = Clusters.cluster(spec);

    assertThat(users(file(decide(running(hidden, running(), "nats-user")))))
        .containsExactly("nats-user", "_nobody");
    ClusterDecision decision = decide(running(hidden, running(), "nats-admin-user"));
    assertThat(users(file(decision))).containsExactly("_nobody");
    assertThat(decision.users().unbound().values())
        .extracting(Unbound::reason)
        .containsExactly("ServiceAccountsDisabled");
    assertThat(decision.errors())
        .extracting(FieldError::field)
        .allMatch(f -> f.startsWith("spec.auth"));
  }

  /** Otherwise an error in the spec would disconnect every client. */
  @Test
  void openServersStayOpenIfClusterHidesItsLogins() {
    NatsCluster open = Clusters.cluster("{version: 2.15.3, pod: {enableConfigReload: true}}");
    Secret running = (Secret) decide(observed(open)).files().getFirst();
    ClusterDecision decision =
        decide(running(Clusters.cluster("{auth: none}"), running, "nats-user"));

    assertThat(file(decision).has("authorization")).isFalse();
  }

  private static ObjectNode settings(ObjectNode config) {
    return config.deepCopy().without(List.of("authorization", "cluster"));
  }
}
