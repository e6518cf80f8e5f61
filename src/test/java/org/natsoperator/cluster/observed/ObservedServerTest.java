package org.natsoperator.cluster.observed;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.testing.ObservedServerFixture;
import org.natsoperator.testing.ServerPods;

class ObservedServerTest {

  private static final Pod RUNNING =
      ServerPods.running("example-nats-1", "2.15.3", "example-nats-a");
  private static final Pod CREATED =
      ServerPods.created("example-nats-1", "2.15.3", "example-nats-a");

  @Test
  void podWithoutKubeletStatusIsNeitherRunningNorReady() {
    assertThat(server(CREATED).running()).isFalse();
    assertThat(server(CREATED).ready()).isFalse();
    assertThat(server(RUNNING).running()).isTrue();
    assertThat(server(RUNNING).ready()).isTrue();
  }

  @Test
  void runningReloaderDoesNotCountAsRunningServer() {
    Pod pod =
        new PodBuilder(CREATED)
            .withNewStatus()
            .addNewContainerStatus()
            .withName("reloader")
            .withNewState()
            .withNewRunning()
            .endRunning()
            .endState()
            .endContainerStatus()
            .addNewContainerStatus()
            .withName("nats")
            .withNewState()
            .withNewWaiting()
            .endWaiting()
            .endState()
            .endContainerStatus()
            .endStatus()
            .build();

    assertThat(server(pod).running()).isFalse();
  }

  @Test
  void isNotReadyIfConditionIsFalse() {
    Pod pod =
        new PodBuilder(RUNNING)
            .editStatus()
            .editFirstCondition()
            .withStatus("False")
            .endCondition()
            .endStatus()
            .build();

    assertThat(server(pod).ready()).isFalse();
  }

  @Test
  void readsVersionAndSecretFromPod() {
    assertThat(server(RUNNING).version()).isEqualTo(ServerVersion.parse("2.15.3"));
    assertThat(server(RUNNING).configSecret()).contains("example-nats-a");
  }

  @Test
  void podWithoutVersionLabelHasNoVersion() {
    Pod pod =
        new PodBuilder(RUNNING)
            .editMetadata()
            .removeFromLabels("nats_version")
            .endMetadata()
            .build();

    assertThat(server(pod).version()).isEmpty();
  }

  private static ObservedServer server(Pod pod) {
    return ObservedServerFixture.of(pod).build();
  }
}
