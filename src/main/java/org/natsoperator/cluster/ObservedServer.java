package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.Objects;
import java.util.Optional;
import org.natsoperator.config.ServerVersion;

/** A server pod and what its server answered; empty if it did not. */
record ObservedServer(Pod pod, Optional<Varz> varz) {

  String uid() {
    return pod.getMetadata().getUid();
  }

  String name() {
    return pod.getMetadata().getName();
  }

  boolean ready() {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Ready") && condition.getStatus().equals("True"));
  }

  /** Whether the server's process runs; before that its kubelet has yet to read the file. */
  boolean running() {
    return pod.getStatus() != null
        && pod.getStatus().getContainerStatuses().stream()
            .filter(status -> status.getName().equals(ServerContainer.NAME))
            .anyMatch(status -> status.getState().getRunning() != null);
  }

  /** Version that the pod was made for. */
  Optional<ServerVersion> version() {
    return Optional.ofNullable(pod.getMetadata().getLabels().get(ServerPod.VERSION_LABEL))
        .flatMap(ServerVersion::parse);
  }

  /** Name of the Secret with the configuration that the pod mounts. */
  Optional<String> configSecret() {
    return pod.getSpec().getVolumes().stream()
        .map(Volume::getSecret)
        .filter(Objects::nonNull)
        .map(secret -> secret.getSecretName())
        .findFirst();
  }
}
