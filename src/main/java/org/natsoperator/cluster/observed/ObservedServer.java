package org.natsoperator.cluster.observed;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.natsoperator.api.ServerPodMetadata;
import org.natsoperator.cluster.features.ConfigReload;
import org.natsoperator.cluster.features.ReloadMethod;
import org.natsoperator.cluster.resources.ServerContainer;
import org.natsoperator.cluster.resources.ServerPod;
import org.natsoperator.cluster.server.Varz;
import org.natsoperator.config.ServerVersion;

/** A server pod and its server's {@code /varz}, which is empty if the server did not respond. */
public record ObservedServer(Pod pod, Optional<Varz> varz) {

  /** The pod's UID. */
  public String uid() {
    return pod.getMetadata().getUid();
  }

  /** The pod's name. */
  public String name() {
    return pod.getMetadata().getName();
  }

  /** Whether the kubelet reports the pod as ready. */
  public boolean ready() {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(
                condition ->
                    condition.getType().equals("Ready") && condition.getStatus().equals("True"));
  }

  /** Why the pod does not work; empty while it works or starts. */
  public Optional<String> failure() {
    return PodFailure.of(pod);
  }

  /** Whether the pod is being deleted, its server in lame duck mode. */
  public boolean leaving() {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  /** The number at the end of the pod's name. */
  public int ordinal() {
    return Integer.parseInt(name().substring(name().lastIndexOf('-') + 1));
  }

  /** Whether the pod was created from this revision of the StatefulSet's template. */
  public boolean isOfTemplate(String revision) {
    return Objects.equals(
        revision, pod.getMetadata().getLabels().get(ServerPodMetadata.REVISION_LABEL));
  }

  /** Whether the operator rendered the pod's template like that of the StatefulSet. */
  public boolean wasRenderedAs(StatefulSet set) {
    String rendered = template(set.getSpec().getTemplate().getMetadata());
    return rendered != null && rendered.equals(template(pod.getMetadata()));
  }

  private static String template(ObjectMeta metadata) {
    return Objects.requireNonNullElse(metadata.getAnnotations(), Map.<String, String>of())
        .get(ServerPodMetadata.TEMPLATE_ANNOTATION);
  }

  /** Empty if only a restart loads a changed file. */
  public Optional<ReloadMethod> reloadedBy() {
    boolean sidecar =
        pod.getSpec().getContainers().stream()
            .anyMatch(container -> container.getName().equals(ConfigReload.CONTAINER));
    return version().flatMap(known -> ReloadMethod.of(sidecar, known));
  }

  /** Whether nothing reloads the server. */
  public boolean loadsFileOnlyAtStart() {
    return version().isPresent() && reloadedBy().isEmpty();
  }

  /** Whether the server's process runs; before that the kubelet mounts the newest file. */
  public boolean running() {
    return pod.getStatus() != null
        && pod.getStatus().getContainerStatuses().stream()
            .filter(status -> status.getName().equals(ServerContainer.NAME))
            .anyMatch(status -> status.getState().getRunning() != null);
  }

  /** Whether the versions of both servers can form one cluster. */
  boolean canRouteTo(ObservedServer other) {
    return version().flatMap(own -> other.version().map(own::routesTo)).orElse(true);
  }

  /** The version that the operator has written into the pod. */
  public Optional<ServerVersion> version() {
    return Optional.ofNullable(pod.getMetadata().getLabels().get(ServerPodMetadata.VERSION_LABEL))
        .flatMap(ServerVersion::parse);
  }

  /** Name of the Secret with the configuration that the pod mounts. */
  public Optional<String> configSecret() {
    return ServerPod.configSecret(pod.getSpec());
  }
}
