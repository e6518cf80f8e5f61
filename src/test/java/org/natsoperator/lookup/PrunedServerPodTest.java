package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.cluster.features.ReloadMethod;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.testing.ServerPods;

class PrunedServerPodTest {

  private static final String NAME = "example-nats-0";
  private static final String LARGE = "a".repeat(10_000);

  @Test
  void keepsWhatTheOperatorReads() {
    Pod pod =
        new PodBuilder(ServerPods.running(NAME, "2.15.3", "example-nats-0123456789"))
            .editMetadata()
            .withResourceVersion("1")
            .withDeletionTimestamp("2026-01-01T00:00:00Z")
            .addToLabels("controller-revision-hash", "a")
            .addToAnnotations("nats.io/template", "b")
            .addToAnnotations("nats.io/config-push", "c")
            .addNewOwnerReference()
            .withUid("d")
            .withController(true)
            .endOwnerReference()
            .endMetadata()
            .build();

    Pod pruned = pruned(pod);

    ObservedServer server = new ObservedServer(pruned, Optional.empty());
    assertThat(server.name()).isEqualTo(NAME);
    assertThat(server.uid()).isEqualTo("uid-of-pod-" + NAME);
    assertThat(server.running()).isTrue();
    assertThat(server.ready()).isTrue();
    assertThat(Readiness.isPodReady(pruned)).isTrue();
    assertThat(server.leaving()).isTrue();
    assertThat(server.failure()).isEmpty();
    assertThat(server.isOfTemplate("a")).isTrue();
    assertThat(server.version()).isEqualTo(ServerVersion.parse("2.15.3"));
    assertThat(server.reloadedBy()).contains(ReloadMethod.SIDECAR);
    assertThat(server.configSecret()).contains("example-nats-0123456789");
    assertThat(pruned.getMetadata().getNamespace()).isEqualTo(pod.getMetadata().getNamespace());
    assertThat(pruned.getMetadata().getResourceVersion()).isEqualTo("1");
    assertThat(pruned.getMetadata().getLabels()).isEqualTo(pod.getMetadata().getLabels());
    assertThat(pruned.getMetadata().getAnnotations()).isEqualTo(pod.getMetadata().getAnnotations());
    assertThat(pruned.getMetadata().getOwnerReferences())
        .isEqualTo(pod.getMetadata().getOwnerReferences());
    assertThat(pruned.getStatus().getPodIP()).isEqualTo("10.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: few}]",
        "containerStatuses: [{name: a, image: b, state: {waiting: {reason: ErrImagePull}}}]",
        "containerStatuses: [{name: a, state: {waiting: {reason: Other, message: few}}}]",
        "containerStatuses: [{name: a, ready: false, restartCount: 2}]",
        "containerStatuses: [{name: a, ready: true, restartCount: 2, state: {running: {}}}]",
        "phase: Pending",
      })
  void keepsFailure(String status) {
    Pod pod =
        Serialization.unmarshal(
            "kind: Pod\napiVersion: v1\nmetadata: {name: a}\nstatus: {%s}".formatted(status),
            Pod.class);

    assertThat(failure(pruned(pod))).isEqualTo(failure(pod));
  }

  /** Any user can create a StatefulSet with such a template. */
  @Test
  void removesEverythingElse() {
    Pod pod =
        new PodBuilder(ServerPods.running(NAME, "2.15.3", LARGE))
            .editMetadata()
            .withGenerateName(LARGE)
            .withFinalizers(LARGE)
            .addToLabels("a/" + LARGE, "")
            .addToAnnotations("nats.io/" + LARGE, "")
            .addToAnnotations("nats.io/template", LARGE)
            .withOwnerReferences(
                Collections.nCopies(
                    100, new OwnerReferenceBuilder().withUid(LARGE).withName(LARGE).build()))
            .endMetadata()
            .editSpec()
            .withNodeSelector(Collections.singletonMap(LARGE, LARGE))
            .withContainers(
                Collections.nCopies(
                    100,
                    new ContainerBuilder()
                        .withName("a")
                        .withImage(LARGE)
                        .withArgs(LARGE)
                        .withEnv(new EnvVarBuilder().withName("A").withValue(LARGE).build())
                        .build()))
            .addAllToVolumes(
                Collections.nCopies(
                    100,
                    new VolumeBuilder()
                        .withName("a")
                        .withNewSecret()
                        .withSecretName(LARGE)
                        .endSecret()
                        .build()))
            .endSpec()
            .editStatus()
            .withMessage(LARGE)
            .addAllToConditions(
                Collections.nCopies(
                    100, new PodConditionBuilder().withType("A").withMessage(LARGE).build()))
            .addAllToContainerStatuses(
                Collections.nCopies(
                    100,
                    new ContainerStatusBuilder()
                        .withName("a")
                        .withImage(LARGE)
                        .withImageID(LARGE)
                        .withNewState()
                        .withNewWaiting(LARGE, LARGE)
                        .endState()
                        .build()))
            .endStatus()
            .build();

    assertThat(Serialization.asJson(pruned(pod)).length()).isLessThan(60_000);
  }

  /** The lenient decoder drops fields that it cannot read. */
  @Test
  void acceptsPodWithoutFields() {
    Pod pod = new PodBuilder().withNewMetadata().withName("a").endMetadata().build();

    Pod pruned = pruned(pod);

    assertThat(new ObservedServer(pruned, Optional.empty()).configSecret()).isEmpty();
    assertThat(pruned.getStatus()).isNull();
  }

  private static Optional<String> failure(Pod pod) {
    return new ObservedServer(pod, Optional.empty()).failure();
  }

  private static Pod pruned(Pod pod) {
    Pod pruned = new PodBuilder(pod).build();
    PrunedServerPod.prune(pruned);
    return pruned;
  }
}
