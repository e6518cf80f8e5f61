package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Optional;
import java.util.Set;

/**
 * What keeps a pod from working, in words that stay the same while Kubernetes tries again and
 * again: its own change with each attempt.
 */
final class PodFailure {

  private static final Set<String> NO_IMAGE = Set.of("ErrImagePull", "ImagePullBackOff");
  private static final Set<String> PASSING = Set.of("ContainerCreating", "PodInitializing");
  private static final String CRASHING = "CrashLoopBackOff";

  private PodFailure() {}

  /** Empty while the pod works or merely starts. */
  static Optional<String> of(Pod pod) {
    if (pod.getStatus() == null) {
      return Optional.empty();
    }
    return pod.getStatus().getConditions().stream()
        .filter(condition -> "Unschedulable".equals(condition.getReason()))
        .map(PodCondition::getMessage)
        .map(message -> "no node takes it: " + message)
        .findFirst()
        .or(
            () ->
                pod.getStatus().getContainerStatuses().stream()
                    .flatMap(container -> of(container).stream())
                    .findFirst());
  }

  private static Optional<String> of(ContainerStatus container) {
    var waiting = container.getState() == null ? null : container.getState().getWaiting();
    if (waiting != null && NO_IMAGE.contains(waiting.getReason())) {
      return Optional.of("image %s cannot be pulled".formatted(container.getImage()));
    }
    if (waiting != null
        && waiting.getReason() != null
        && !waiting.getReason().equals(CRASHING)
        && !PASSING.contains(waiting.getReason())) {
      return Optional.of(
          "container %s: %s: %s"
              .formatted(container.getName(), waiting.getReason(), waiting.getMessage()));
    }
    boolean ready = Boolean.TRUE.equals(container.getReady());
    return !ready && container.getRestartCount() != null && container.getRestartCount() > 0
        ? Optional.of(
            "container %s ends again and again; see its log".formatted(container.getName()))
        : Optional.empty();
  }
}
