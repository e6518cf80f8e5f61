package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionRequestFixture;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.docs.Handbook;

class PodMutatingWebhookTest {

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final PodMutatingWebhook handler =
      new PodMutatingWebhook(FakeClusterLookup.walkthrough(), meters);

  @Test
  void countsPodsByReason() {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");

    AdmissionResponse response = handler.handle(Pods.created(pod));
    handler.handle(Pods.created(Pods.patched(pod, response.patch())));
    handler.handle(Pods.created(Pods.annotated("nats.io/fs-group", "x")));
    handler.handle(Pods.created(pod, "elsewhere"));
    handler.handle(Pods.created(pod, "elsewhere"));

    assertThat(response.patch()).isNotEmpty();
    assertThat(count("Injected")).isEqualTo(1);
    assertThat(count("Unchanged")).isEqualTo(1);
    assertThat(count("Refused")).isEqualTo(1);
    assertThat(count("NamespaceNotWatched")).isEqualTo(2);
    assertThat(count("ServerPod")).as("a time series without pods").isZero();
  }

  @Test
  void doesNotCountDryRun() {
    ObjectNode pod = Pods.withSpec("{containers: [{name: a}]}");
    AdmissionRequest dry = AdmissionRequestFixture.create("Pod", pod).asDryRun().build();

    assertThat(handler.handle(dry).patch()).isNotEmpty();
    assertThat(count("Injected")).isZero();
  }

  @Test
  void docsListEveryReason() {
    String row = Handbook.metric("nats_operator_injections_total");

    assertThat(PodInjector.REASONS)
        .hasSize(9)
        .allSatisfy(reason -> assertThat(row).contains("`" + reason + "`"));
  }

  private double count(String reason) {
    return meters.get("nats.operator.injections").tag("reason", reason).counter().count();
  }
}
