package org.natsoperator.cluster.observed;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ServerPods;

class PodFailureTest {

  private static final Pod CREATED = ServerPods.created("example-nats-1", "9.9.9", "any");

  @Test
  void runningOrStartingPodHasNoFailure() {
    assertThat(PodFailure.of(ServerPods.running("example-nats-1", "2.15.3", "any"))).isEmpty();
    assertThat(PodFailure.of(CREATED)).isEmpty();
    assertThat(PodFailure.of(waiting("ContainerCreating", 0))).isEmpty();
  }

  @ParameterizedTest(name = "same message for reason {0}")
  @ValueSource(strings = {"ErrImagePull", "ImagePullBackOff"})
  void reportsMissingImage(String reason) {
    assertThat(PodFailure.of(waiting(reason, 0)))
        .contains(
            "image nats:9.9.9 cannot be pulled; correct its name or tag, or set"
                + " spec.pod.imagePullSecrets");
  }

  @Test
  void reportsCrashLoop() {
    String message = "container nats is crash-looping; see its logs";

    assertThat(PodFailure.of(waiting("CrashLoopBackOff", 3))).contains(message);
    assertThat(PodFailure.of(waiting("ContainerCreating", 3))).contains(message);
  }

  @Test
  void reportsContainerThatCannotBeCreated() {
    assertThat(PodFailure.of(waiting("CreateContainerConfigError", 0)))
        .contains("container nats: CreateContainerConfigError: because");
  }

  @Test
  void reportsUnschedulablePod() {
    Pod pod =
        new PodBuilder(CREATED)
            .withNewStatus()
            .addNewCondition()
            .withType("PodScheduled")
            .withStatus("False")
            .withReason("Unschedulable")
            .withMessage("0/1 nodes are available")
            .endCondition()
            .endStatus()
            .build();

    assertThat(PodFailure.of(pod)).contains("the pod cannot be scheduled: 0/1 nodes are available");
  }

  private static Pod waiting(String reason, int restarts) {
    return new PodBuilder(CREATED)
        .withNewStatus()
        .addNewContainerStatus()
        .withName("nats")
        .withImage("nats:9.9.9")
        .withReady(false)
        .withRestartCount(restarts)
        .withNewState()
        .withNewWaiting()
        .withReason(reason)
        .withMessage("because")
        .endWaiting()
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
