package org.natsoperator.admission.uninjected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.natsoperator.leader.Leadership;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Uses the operator's own client, which can deserialize few kinds. Pods of other tests count too.
 */
@OperatorTest
class UninjectedPodSchedulerIT {

  @Autowired private UninjectedPodScheduler watch;
  @Autowired private Leadership leadership;
  @Autowired private MeterRegistry meters;

  @Test
  void leaderCountsUninjectedPods(Sandbox sandbox) {
    await().until(leadership::isHeld);
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    watch.checkIfLeading();
    double before = gauge();
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("bare")
            .addToLabels("nats_cluster", "example-nats")
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName("nats-user")
            .addNewContainer()
            .withName("app")
            .withImage("app")
            .endContainer()
            .endSpec()
            .build();
    pod = sandbox.client().resource(pod).inNamespace(sandbox.namespace()).create();
    watch.checkIfLeading();

    assertThat(gauge()).isEqualTo(before + 1);
    assertThat(sandbox.events(pod)).extracting("reason").containsExactly("PodsMissed");
    sandbox.client().resource(pod).withGracePeriod(0).delete();
    watch.checkIfLeading();
    assertThat(gauge()).isEqualTo(before);
  }

  private double gauge() {
    return meters.get("nats.operator.uninjected.pods").gauge().value();
  }
}
