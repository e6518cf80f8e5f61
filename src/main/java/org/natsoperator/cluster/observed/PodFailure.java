package org.natsoperator.cluster.observed;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Objects;
import java.util.Optional;

/** Why a pod does not work, in a message that stays the same while Kubernetes retries. */
final class PodFailure {

  private PodFailure() {}

  /** Empty while the pod works or starts. */
  static Optional<String> of(Pod pod) {
    if (pod.getStatus() == null) {
      return Optional.empty();
    }
    return pod.getStatus().getConditions().stream()
        .filter(condition -> "Unschedulable".equals(condition.getReason()))
        .map(PodCondition::getMessage)
        .map(message -> "the pod cannot be scheduled: " + message)
        .findFirst()
        .or(
            () ->
                pod.getStatus().getContainerStatuses().stream()
                    .flatMap(container -> of(container).stream())
                    .findFirst());
  }

  private static Optional<String> of(ContainerStatus container) {
    var waiting = container.getState() == null ? null : container.getState().getWaiting();
    String reason = waiting == null ? "" : Objects.requireNonNullElse(waiting.getReason(), "");
    return switch (reason) {
      case "ErrImagePull", "ImagePullBackOff" ->
          Optional.of(
              "image %s cannot be pulled; correct its name or tag, or set spec.pod.imagePullSecrets"
                  .formatted(container.getImage()));
      case "", "ContainerCreating", "PodInitializing", "CrashLoopBackOff" ->
          Optional.of("container %s is crash-looping; see its logs".formatted(container.getName()))
              .filter(message -> hasCrashed(container));
      default ->
          Optional.of(
              "container %s: %s: %s".formatted(container.getName(), reason, waiting.getMessage()));
    };
  }

  private static boolean hasCrashed(ContainerStatus container) {
    return !Boolean.TRUE.equals(container.getReady())
        && container.getRestartCount() != null
        && container.getRestartCount() > 0;
  }
}
