package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.RawResource;
import org.natsoperator.testing.RawResource.Answer;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SchemaExtremes.Extreme;

/** Checks that the operator replaces a status that another client wrote. */
final class StatusCheck {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final int POLLS_BETWEEN_TRIGGERS = 60;

  private static final List<String> OF_PAUSED_CLUSTER =
      List.of(
          "Ready ServersNotReady",
          "ConfigApplied Waiting",
          "RolesBound SomeUnbound",
          "FieldsSupported AllSupported",
          "Managed Paused");
  private static final List<String> OF_ROLE_WITHOUT_CLUSTER =
      List.of("Ready ClusterNotFound", "Bound ClusterNotFound", "InForce ClusterNotFound");

  private final Sandbox sandbox;
  private final AtomicInteger edits = new AtomicInteger();

  StatusCheck(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** The other fields keep their values, so that the status is one of the current generation. */
  void rejectedOrReplaced(RawResource object, Extreme extreme) {
    ObjectNode status = object.get().tree().withObject("/status");
    Answer answer = object.patchStatus(status.setAll(extreme.object()));
    assertThat(answer.code()).as(extreme + answer.error()).isIn(200, 400, 413, 422);
    if (answer.isAccepted()) {
      AtomicInteger polls = new AtomicInteger();
      await()
          .alias(extreme.toString())
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL)
          .untilAsserted(
              () -> {
                // A reconciliation that read the object before this status arrived changes nothing.
                if (polls.getAndIncrement() % POLLS_BETWEEN_TRIGGERS == 0) {
                  reconcile(object);
                }
                assertReplaced(object);
              });
    }
  }

  private static void assertReplaced(RawResource object) {
    assertThat(object.get().conditions())
        .extracting(condition -> condition.getType() + " " + condition.getReason())
        .isEqualTo(object.isCluster() ? OF_PAUSED_CLUSTER : OF_ROLE_WITHOUT_CLUSTER);
  }

  /** A status does not trigger its controller, but a changed role or annotation of ours does. */
  private void reconcile(RawResource object) {
    String value = "v" + edits.incrementAndGet();
    if (object.isCluster()) {
      sandbox.apply(
          Manifests.role("of-" + object.name(), object.name(), List.of(value), List.of()));
    } else {
      object.annotate("nats.io/edit", value);
    }
  }
}
