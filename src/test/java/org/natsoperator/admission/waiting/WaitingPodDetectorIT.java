package org.natsoperator.admission.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.lookup.ClusterLookup;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** Pods of a real API server without kubelets, which never start. */
@LongTest
@OperatorTest
class WaitingPodDetectorIT {

  private static final String USER = "nats-user";

  @Autowired private SharedInformers informers;
  @Autowired private ClusterLookup lookup;
  @Autowired private Events events;
  @Autowired private MeterRegistry meters;
  private Sandbox sandbox;
  private WaitingPodDetector detector;

  @BeforeEach
  void prepare(Sandbox fresh) {
    sandbox = fresh;
    sandbox.apply(Manifests.serviceAccount(USER), Manifests.cluster());
    detector =
        new WaitingPodDetector(
            sandbox.client(),
            OperatorPropertiesFixture.watching(sandbox.namespace()).namespace("nats-io").build(),
            informers,
            lookup,
            events,
            Clock.offset(Clock.systemUTC(), MissingToken.USUAL_WAIT.multipliedBy(2)));
  }

  @AfterEach
  void deletePods() {
    sandbox.client().pods().inNamespace(sandbox.namespace()).withGracePeriod(0).delete();
  }

  @Test
  void ownerGetsOneEventWithTheCause() {
    sandbox.apply(
        """
        apiVersion: apps/v1
        kind: ReplicaSet
        metadata: {name: web}
        spec:
          replicas: 0
          selector: {matchLabels: {a: b}}
          template: {metadata: {labels: {a: b}}, spec: {containers: [{name: app, image: app}]}}
        """);
    HasMetadata owner =
        sandbox
            .client()
            .apps()
            .replicaSets()
            .inNamespace(sandbox.namespace())
            .withName("web")
            .get();
    String reference =
        "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web, controller: true, uid: %s}]"
            .formatted(owner.getMetadata().getUid());
    pod("web-1", "typo", reference);
    pod("web-2", "typo", reference);

    awaitEvent(owner, 2);
    assertThat(detector.check()).isEqualTo(2);

    assertThat(sandbox.events())
        .filteredOn(event -> event.getReason().equals("PodsWaitForToken"))
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getRegarding().getUid()).isEqualTo(owner.getMetadata().getUid());
              assertThat(event.getType()).isEqualTo("Warning");
              assertThat(event.getNote())
                  .contains("NatsCluster %s/typo does not exist".formatted(sandbox.namespace()))
                  .doesNotContain("web-1");
            });
  }

  @Test
  void podWithoutOwnerGetsTheEvent() {
    Pod pod = pod("bare", CLUSTER, "annotations: {}");

    awaitEvent(pod, 1);
    assertThat(sandbox.events(pod))
        .extracting(Event::getNote)
        .singleElement()
        .asString()
        .contains("NatsServiceRole nats-user for NatsCluster example-nats does not exist");
  }

  @Test
  void podWithTokenDoesNotWait() {
    pod("client", CLUSTER, "annotations: {}");
    sandbox.apply(Manifests.role(USER, "foo"));
    sandbox.awaitRole(USER, "Bound");

    await().untilAsserted(() -> assertThat(detector.check()).isZero());
  }

  @Test
  void podOfOldSecretMustBeRecreated() {
    sandbox.apply(Manifests.role(USER, "foo"));
    sandbox.awaitRole(USER, "Bound");
    Pod pod = pod("client", CLUSTER, "annotations: {}", "nats-user-example-nats.core-bound-token");

    awaitEvent(pod, 1);
    assertThat(sandbox.events(pod))
        .extracting(Event::getNote)
        .singleElement()
        .asString()
        .contains("nats-user-example-nats.core-bound-token is not used any more");
  }

  @Test
  void leaderCountsWaitingPods() {
    Pod pod = pod("client", "typo", "annotations: {}");

    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(
            () ->
                assertThat(sandbox.events(pod))
                    .extracting(Event::getReason)
                    .contains("PodsWaitForToken"));
    // Its value is that of the whole check.
    await()
        .untilAsserted(
            () ->
                assertThat(meters.get("nats.operator.waiting.pods").gauge().value()).isPositive());
  }

  /** Checks until there is an Event. A check does not know the cause if the API server is slow. */
  private void awaitEvent(HasMetadata object, int waitingPods) {
    await()
        .untilAsserted(
            () -> {
              assertThat(detector.check()).isEqualTo(waitingPods);
              assertThat(sandbox.events(object)).isNotEmpty();
            });
  }

  private Pod pod(String name, String cluster, String metadata) {
    return pod(name, cluster, metadata, "%s-%s-bound-token".formatted(USER, cluster));
  }

  private Pod pod(String name, String cluster, String metadata, String secret) {
    sandbox.apply(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: %s
          labels: {nats_cluster: %s}
          %s
        spec:
          serviceAccountName: %s
          nodeName: no-such-node
          containers: [{name: app, image: app}]
          volumes: [{name: nats-token, projected: {sources: [{secret: {name: %s}}]}}]
        """
            .formatted(name, cluster, metadata, USER, secret));
    return sandbox.client().pods().inNamespace(sandbox.namespace()).withName(name).get();
  }
}
