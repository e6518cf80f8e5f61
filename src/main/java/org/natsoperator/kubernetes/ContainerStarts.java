package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Objects;
import java.util.stream.Stream;

/** When the running containers of a pod started. */
public final class ContainerStarts {

  private ContainerStarts() {}

  /** The times as the kubelet reports them, in RFC 3339; empty without a status. */
  public static Stream<String> of(Pod pod) {
    return Stream.ofNullable(pod.getStatus())
        .flatMap(status -> status.getContainerStatuses().stream())
        .filter(container -> container.getState() != null)
        .map(container -> container.getState().getRunning())
        .filter(Objects::nonNull)
        .map(ContainerStateRunning::getStartedAt)
        .filter(Objects::nonNull);
  }
}
