package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.natsoperator.cluster.plan.ClusterStatuses.*;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.Endpoints;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.api.ServerStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.VarzFixture;

class ClusterConditionsTest {

  @Test
  void healthyClusterIsReadyWithServerCounts() {
    NatsClusterStatus status = status(observed(ONE, TWO), confirmed(ONE, TWO));

    assertThat(conditions(status))
        .containsExactly(
            "Ready=True AllServersReady",
            "ConfigApplied=True Confirmed",
            "RolesBound=True AllBound",
            "FieldsSupported=True AllSupported",
            "Managed=True FollowsSpec");
    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(status.size()).isEqualTo(2);
    assertThat(status.servers()).isEqualTo("2/2");
    assertThat(status.currentVersion()).isEqualTo("2.15.3");
    assertThat(status.selector()).isEqualTo("app=nats,nats_cluster=example-nats");
    assertThat(status.serverStatuses())
        .containsExactly(
            new ServerStatus("example-nats-1", "2.15.3", true, true),
            new ServerStatus("example-nats-2", "2.15.3", true, true));
    assertThat(status.endpoints())
        .isEqualTo(
            new Endpoints(
                "nats://example-nats.nats-io.svc:4222",
                "http://example-nats-mgmt.nats-io.svc:8222",
                null));
  }

  @Test
  void namesReasonForWhichApiServerRejectsPods() {
    ObservedCluster observed =
        ObservedClusterFixture.of(CLUSTER).servers(ONE).rejection("exceeded quota: small").build();
    NatsClusterStatus status = status(observed, confirmed(ONE));

    assertThat(conditions(status)).startsWith("Ready=False ServerFails");
    assertThat(message(status, "Ready"))
        .isEqualTo("the API server rejects the pod of a server: exceeded quota: small");
  }

  @Test
  void statusNamesServersWithoutNewestConfig() {
    ObservedServer starting = ObservedServerFixture.created("example-nats-2").build();
    NatsClusterStatus status = status(observed(starting, ONE), confirmed(ONE));

    assertThat(status.serverStatuses())
        .extracting(ServerStatus::name, ServerStatus::ready, ServerStatus::configApplied)
        .containsExactly(
            tuple("example-nats-1", true, true), tuple("example-nats-2", false, false));
  }

  @Test
  void statusContainsEndpointOfExporter() {
    NatsCluster cluster = Clusters.cluster("{size: 1, pod: {enableMetrics: true}}");

    assertThat(status(observed(cluster, List.of(), ONE), confirmed(ONE)).endpoints().metrics())
        .isEqualTo("http://example-nats-mgmt.nats-io.svc:7777/metrics");
  }

  @Test
  void clusterWithoutServersWaitsForFirstServer() {
    NatsClusterStatus status = status(observed(), Map.of());

    assertThat(conditions(status))
        .startsWith("Ready=False ServersNotReady", "ConfigApplied=False Waiting");
    assertThat(message(status, "Ready")).isEqualTo("0 of 2 servers of version 2.15.3 are ready");
    assertThat(message(status, "ConfigApplied")).contains("the first server");
  }

  @Test
  void countsServerThatIsNotReady() {
    ObservedServer starting = ObservedServerFixture.created("example-nats-2").build();
    NatsClusterStatus status = status(observed(ONE, starting), confirmed(ONE));

    assertThat(status.servers()).isEqualTo("1/2");
    assertThat(message(status, "ConfigApplied"))
        .contains("example-nats-2")
        .doesNotContain("example-nats-1");
  }

  @Test
  void clusterWithSurplusServerIsNotReady() {
    ObservedServer three = server(3, "2.15.3");

    assertThat(conditions(status(observed(ONE, TWO, three), confirmed(ONE, TWO, three))))
        .startsWith("Ready=False ServersNotReady");
  }

  @Test
  void clusterWithServerOfOldVersionIsNotReady() {
    ObservedServer old = server(2, "2.15.1");
    NatsClusterStatus status = status(observed(ONE, old), confirmed(ONE, old));

    assertThat(conditions(status)).startsWith("Ready=False ServersNotReady");
    assertThat(status.currentVersion()).isNull();
  }

  @Test
  void namesServerThatHasNotAppliedItsFileAfterTenSeconds() {
    Map<String, Push> pushes = pushes(Push.start(TWO, file(), false, START));

    assertThat(conditions(status(observed(ONE, TWO), pushes, START.plusSeconds(10))))
        .startsWith("Ready=False ConfigNotApplied", "ConfigApplied=False Waiting");
    NatsClusterStatus late = status(observed(ONE, TWO), pushes, START.plusSeconds(11));
    assertThat(conditions(late))
        .startsWith("Ready=False ConfigNotApplied", "ConfigApplied=False ServerRefuses");
    assertThat(message(late, "ConfigApplied"))
        .startsWith("example-nats-2: ")
        .contains("keeps the previous permissions");
  }

  @Test
  void clusterWithMissingRoutesIsNotReady() {
    VarzFixture varz = VarzFixture.of("2.15.3").digest("any").remotes(0).age(Duration.ofSeconds(9));
    ObservedServer one = ObservedServerFixture.of(ONE.pod()).varz(varz).build();
    ObservedServer two = ObservedServerFixture.of(TWO.pod()).varz(varz).build();
    NatsClusterStatus status = status(observed(one, two), confirmed(one, two));

    assertThat(conditions(status)).startsWith("Ready=False ServersIsolated");
    assertThat(message(status, "Ready"))
        .startsWith("example-nats-1, example-nats-2: ")
        .contains("6222");
  }

  @Test
  void serverThatDoesNotAnswerHasNotRejectedConfig() {
    ObservedServer unanswered = ObservedServerFixture.of(TWO.pod()).build();
    Map<String, Push> pushes = pushes(Push.start(unanswered, file(), false, START));

    assertThat(conditions(status(observed(ONE, unanswered), pushes, START.plusSeconds(60))))
        .contains("ConfigApplied=False Waiting");
  }

  @Test
  void readsFromStatusWhetherConfigWasApplied() {
    NatsCluster cluster = Clusters.cluster("{size: 2, version: 2.15.3}");
    assertThat(ClusterConditions.wasApplied(cluster)).isFalse();

    cluster.setStatus(status(observed(ONE, TWO), Map.of()));
    assertThat(ClusterConditions.wasApplied(cluster)).isFalse();

    cluster.setStatus(status(observed(ONE, TWO), confirmed(ONE, TWO)));
    assertThat(ClusterConditions.wasApplied(cluster)).isTrue();

    cluster.getMetadata().setGeneration(2L);
    assertThat(ClusterConditions.wasApplied(cluster))
        .as("condition of another generation")
        .isFalse();
  }

  @Test
  void pausedHealthyClusterIsReadyWithReasonPaused() {
    NatsCluster paused = Clusters.cluster("{size: 2, version: 2.15.3, paused: true}");
    NatsClusterStatus status = status(observed(paused, List.of(), ONE, TWO), confirmed(ONE, TWO));

    assertThat(conditions(status)).contains("Ready=True Paused", "Managed=False Paused");
    assertThat(message(status, "Ready")).contains("spec.paused");
    assertThat(message(status, "Managed")).contains("roles take effect", "remove spec.paused");
    assertThat(status.controlPaused()).isTrue();
    assertThat(ClusterConditions.warnings(status))
        .as("no warning, because the user paused the cluster")
        .isEmpty();
  }

  /** A user who waits for Ready after an edit must not see Ready before the rollout has begun. */
  @Test
  void isNotReadyBeforeStatefulSetControllerObservesTemplate() {
    StatefulSet set =
        new StatefulSetBuilder()
            .withNewMetadata()
            .withName("example-nats")
            .withGeneration(2L)
            .endMetadata()
            .withNewStatus()
            .withObservedGeneration(1L)
            .endStatus()
            .build();
    ObservedCluster before = observed(ONE, TWO);

    NatsClusterStatus unseen = status(before.withObjects(List.of(set)), confirmed(ONE, TWO));
    assertThat(conditions(unseen)).startsWith("Ready=False ServersNotReady");
    assertThat(message(unseen, "Ready")).endsWith("waiting for the StatefulSet");

    set.getStatus().setObservedGeneration(2L);
    assertThat(conditions(status(before.withObjects(List.of(set)), confirmed(ONE, TWO))))
        .startsWith("Ready=True AllServersReady");
  }

  @Test
  void reportsTransitionToReadyOnce() {
    NatsClusterStatus waiting = status(observed(ONE), confirmed(ONE));
    NatsClusterStatus ready = status(observed(ONE, TWO), confirmed(ONE, TWO));

    assertThat(ClusterConditions.nowReady(List.of(), ready)).isPresent();
    assertThat(ClusterConditions.nowReady(waiting.conditions(), ready)).isPresent();
    assertThat(ClusterConditions.nowReady(ready.conditions(), ready)).isEmpty();
    assertThat(ClusterConditions.nowReady(ready.conditions(), waiting)).isEmpty();
  }
}
