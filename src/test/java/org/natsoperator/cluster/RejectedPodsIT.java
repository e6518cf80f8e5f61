package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.StatefulSetController;

/** The StatefulSet controller reports a rejected pod as an Event; here the test emits it. */
@LongTest
@OperatorTest
class RejectedPodsIT {

  private static final String CAUSE =
      "pods \"example-nats-%d\" is forbidden: exceeded quota: small, requested: pods=1, used:"
          + " pods=1, limited: pods=1";

  @Test
  void conditionContainsReasonOfRejectedPod(Sandbox sandbox) {
    StatefulSet set = seenStatefulSet(sandbox);
    sandbox.client().resource(event(set, 2, Instant.now())).create();
    sandbox.client().resource(event(set, 1, Instant.now())).create();
    await()
        .untilAsserted(
            () -> {
              var ready = sandbox.clusterCondition(CLUSTER, "Ready");
              assertThat(ready.getReason()).isEqualTo("ServerFails");
              assertThat(ready.getMessage())
                  .isEqualTo("the API server rejects the pod of a server: " + CAUSE.formatted(1));
            });
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.cluster(CLUSTER)))
                    .extracting("reason")
                    .contains("ServerFails"));
  }

  @Test
  void oldEventsAreIgnored(Sandbox sandbox) {
    StatefulSet set = seenStatefulSet(sandbox);
    sandbox.client().resource(event(set, 1, Instant.now().minus(20, ChronoUnit.MINUTES))).create();
    await()
        .pollDelay(Duration.ofSeconds(8))
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("ServersNotReady"));
  }

  private static StatefulSet seenStatefulSet(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(3, "2.15.3"));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), created -> created != null);
    StatefulSetController.see(set, "1", sandbox.client());
    return set;
  }

  private static Event event(StatefulSet set, int ordinal, Instant last) {
    var meta = set.getMetadata();
    String time = last.truncatedTo(ChronoUnit.SECONDS).toString();
    return new EventBuilder()
        .withNewMetadata()
        .withName("rejected-" + ordinal)
        .withNamespace(meta.getNamespace())
        .endMetadata()
        .withNewInvolvedObject()
        .withApiVersion("apps/v1")
        .withKind("StatefulSet")
        .withNamespace(meta.getNamespace())
        .withName(meta.getName())
        .withUid(meta.getUid())
        .endInvolvedObject()
        .withType("Warning")
        .withReason("FailedCreate")
        .withMessage(
            "create Pod example-nats-%d in StatefulSet example-nats failed error: %s"
                .formatted(ordinal, CAUSE.formatted(ordinal)))
        .withFirstTimestamp(time)
        .withLastTimestamp(time)
        .withCount(1)
        .build();
  }
}
