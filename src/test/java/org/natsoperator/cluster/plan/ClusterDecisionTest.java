package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.CLOSED;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.NOW;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.VALID;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.all;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.decide;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.observed;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.running;
import static org.natsoperator.cluster.plan.ClusterDecisionFixture.users;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.resources.ConfigSecret;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.VarzFixture;

class ClusterDecisionTest {

  @Test
  void createsAllObjectsOfValidCluster() {
    ClusterDecision decision = decide(observed(VALID));

    assertThat(decision.errors()).isEmpty();
    assertThat(kinds(decision))
        .containsExactly(
            "Secret", "Service", "Service", "PodDisruptionBudget", "StatefulSet", "Secret");
  }

  @Test
  void updatesOnlyUsersOfPausedCluster() {
    Secret running = running();
    NatsCluster paused =
        Clusters.cluster("{paused: true, size: 5, version: 2.14.0, " + CLOSED + "}");
    ClusterDecision decision = decide(running(paused, running, "nats-admin-user"));

    assertThat(all(decision))
        .extracting(object -> object.getMetadata().getName())
        .containsExactly(running.getMetadata().getName());
    ObjectNode after = ConfigSecret.fileIn((Secret) all(decision).getFirst()).orElseThrow().parse();
    assertThat(users(after)).containsExactly("nats-admin-user", "_nobody");
    assertThat(decision.restart()).isEmpty();
  }

  @Test
  void clusterBeingDeletedOnlyUpdatesUsersOfExistingFiles() {
    NatsCluster held = Clusters.walkthrough("2.15.3");
    held.getMetadata().setDeletionTimestamp("2026-11-27T00:00:00Z");
    Secret running = running();
    ObservedServer server =
        ObservedServerFixture.running("example-nats-1")
            .configSecret(running.getMetadata().getName())
            .varz(VarzFixture.of("2.15.3").digest("older"))
            .build();
    ObservedCluster observed =
        ObservedClusterFixture.of(held).objects(running).servers(server).build();
    ObservedCluster deletedSecret = ObservedClusterFixture.of(held).servers(server).build();

    assertThat(all(decide(observed)))
        .extracting(object -> object.getMetadata().getName())
        .containsExactly(running.getMetadata().getName());
    assertThat(decide(deletedSecret).filesToRestore(deletedSecret)).isEmpty();
    assertThat(
            users(
                ConfigSecret.fileIn((Secret) all(decide(observed)).getFirst())
                    .orElseThrow()
                    .parse()))
        .containsExactly("_nobody");
  }

  @Test
  void reportsUnconfirmedPushOnlyAfterTwoSeconds() {
    NatsCluster cluster = Clusters.walkthrough("2.15.3");
    cluster.setStatus(applied());
    ObservedCluster observed = running(cluster, running(), "nats-admin-user");
    ClusterDecision decision = decide(observed);

    assertThat(decision.plan().confirmed()).isFalse();
    assertThat(isApplied(decision.status(observed, List.of(), NOW.plusMillis(1999)))).isTrue();
    assertThat(isApplied(decision.status(observed, List.of(), NOW.plusMillis(2000)))).isFalse();
  }

  @Test
  void reportsImmediatelyIfConfigWasNeverApplied() {
    ObservedCluster observed = running(VALID, running(), "nats-admin-user");

    assertThat(isApplied(decide(observed).status(observed, List.of(), NOW))).isFalse();
  }

  @Test
  void toStringContainsNoPassword() {
    ClusterDecision decision = decide(observed(VALID, Roles.bound(Roles.user(), VALID)));
    String password = decision.users().users().getFirst().password();

    assertThat(decision.toString().contains(password)).as("text contains the password").isFalse();
  }

  private static NatsClusterStatus applied() {
    return Clusters.status(Conditions.met("ConfigApplied", "Confirmed", ""));
  }

  private static boolean isApplied(NatsClusterStatus status) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals("ConfigApplied"))
        .allMatch(Conditions::isMet);
  }

  private static List<String> kinds(ClusterDecision decision) {
    return all(decision).stream().map(HasMetadata::getKind).toList();
  }

  private static NatsClusterStatus status(CalloutKeys keys) {
    return new NatsClusterStatus(
        1L, null, null, null, null, null, null, null, null, null, keys, null, null, List.of());
  }
}
