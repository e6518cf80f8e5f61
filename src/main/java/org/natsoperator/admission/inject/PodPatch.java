package org.natsoperator.admission.inject;

import static org.natsoperator.admission.inject.JsonPatch.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.admission.review.AdmissionWarnings;

/**
 * Adds the missing parts that a pod needs to connect to its clusters. It never changes existing
 * parts.
 */
final class PodPatch {

  private final PodView pod;
  private final InjectionOptions options;
  private final AdmissionWarnings warnings;
  private final List<ContainerPatch> containers;
  private final boolean running;
  private final List<JsonNode> newVolumes = new ArrayList<>();

  private PodPatch(
      PodView pod,
      Stream<ContainerView> containers,
      boolean running,
      InjectionOptions options,
      AdmissionWarnings warnings) {
    this.pod = pod;
    this.options = options;
    this.running = running;
    this.warnings = warnings;
    this.containers =
        containers.filter(options.containers()::takes).map(ContainerPatch::new).toList();
  }

  /** Returns the patch of a new pod. */
  static List<JsonNode> ofNew(
      PodView pod,
      InjectionOptions options,
      List<ResolvedCluster> clusters,
      AdmissionWarnings warnings) {
    JsonPatch patch = new JsonPatch();
    PodPatch all = new PodPatch(pod, pod.containers().stream(), false, options, warnings);
    all.write(clusters, patch);
    options.fsGroup().ifPresent(group -> all.putGroup(group, patch));
    if (JsonPatch.isAbsent(pod.annotations().path(InjectionAnnotations.INJECTED))) {
      JsonNode injected = JSON.textNode(injected(clusters));
      patch.put(
          "/metadata/annotations", pod.annotations(), InjectionAnnotations.INJECTED, injected);
    }
    return patch.operations();
  }

  /** Returns the patch of a running pod, which only changes its new ephemeral containers. */
  static List<JsonNode> ofRunning(
      PodView pod,
      PodView before,
      InjectionOptions options,
      List<ResolvedCluster> clusters,
      AdmissionWarnings warnings) {
    Set<String> older =
        before.ephemeralContainers().stream().map(ContainerView::name).collect(Collectors.toSet());
    Stream<ContainerView> added =
        pod.ephemeralContainers().stream().filter(container -> !older.contains(container.name()));
    JsonPatch patch = new JsonPatch();
    new PodPatch(pod, added, true, options, warnings).write(clusters, patch);
    return patch.operations();
  }

  /** The clusters and how the pod gets their tokens, {@code <namespace>/<cluster>=<mode>}. */
  static String injected(List<ResolvedCluster> clusters) {
    return clusters.stream()
        .map(cluster -> cluster + "=" + cluster.trust())
        .collect(Collectors.joining(","));
  }

  private void putGroup(long group, JsonPatch patch) {
    JsonNode existing = pod.securityContext().path("fsGroup");
    if (JsonPatch.isAbsent(existing)) {
      patch.put("/spec/securityContext", pod.securityContext(), "fsGroup", JSON.numberNode(group));
    } else if (existing.asLong() != group) {
      warnings.add(
          "%s: spec.securityContext.fsGroup is already set and is not changed; remove the"
              + " annotation",
          InjectionAnnotations.FS_GROUP);
    }
  }

  private void write(List<ResolvedCluster> clusters, JsonPatch patch) {
    clusters.forEach(this::wire);
    patch.append("/spec/volumes", pod.volumes(), newVolumes);
    containers.forEach(container -> container.writeTo(patch));
  }

  private void wire(ResolvedCluster cluster) {
    if (cluster.trust() == TokenMode.NONE) {
      containers.forEach(container -> setEnv(container, cluster, Optional.empty()));
      return;
    }
    List<TokenVolume> volumes = new ArrayList<>(TokenVolume.in(pod.volumes(), cluster));
    if (running && volumes.isEmpty()) {
      warnings.add(
          "the pod has no token for NatsCluster %s to mount; recreate the pod", cluster.name());
      return;
    }
    warnOfUselessToken(volumes, cluster);
    if (!cluster.isOf(pod.serviceAccount())) {
      containers.forEach(
          container ->
              container
                  .tokenFile(volumes)
                  .ifPresent(file -> setEnv(container, cluster, Optional.of(file))));
      return;
    }
    Optional<TokenVolume> made = made(volumes, cluster);
    made.ifPresent(volumes::add);
    for (ContainerPatch container : containers) {
      Optional<String> file =
          container.tokenFile(volumes).or(() -> mount(container, volumes, cluster));
      setEnv(container, cluster, file);
    }
    made.filter(volume -> containers.stream().anyMatch(container -> container.mounts(volume)))
        .ifPresent(volume -> add(volume, cluster));
  }

  /** Returns a new volume if every existing one also holds other files. */
  private Optional<TokenVolume> made(List<TokenVolume> volumes, ResolvedCluster cluster) {
    return running || volumes.stream().anyMatch(TokenVolume::onlyToken)
        ? Optional.empty()
        : Optional.of(TokenVolume.made(freeName(options.volume(cluster)), cluster.trust()));
  }

  private String freeName(String wanted) {
    Set<String> taken =
        Stream.concat(pod.volumes().valueStream(), newVolumes.stream())
            .map(volume -> volume.path("name").asText())
            .collect(Collectors.toSet());
    String name = wanted;
    for (int number = 2; taken.contains(name); number++) {
      name = wanted + "-" + number;
    }
    return name;
  }

  private Optional<String> mount(
      ContainerPatch container, List<TokenVolume> volumes, ResolvedCluster cluster) {
    String name = container.container().name();
    Optional<TokenVolume> volume = volumes.stream().filter(TokenVolume::onlyToken).findFirst();
    if (volume.isEmpty()) {
      warnings.add("container %s gets no token: no volume contains only the token", name);
      return Optional.empty();
    }
    String folder = options.folder(cluster);
    Optional<String> obstacle = MountPath.obstacle(container.container(), folder, pod.volumes());
    obstacle.ifPresent(
        other ->
            warnings.add(
                "container %s gets no token: volume %s conflicts with %s; use another path",
                name, other, folder));
    return obstacle.isPresent()
        ? Optional.empty()
        : Optional.of(container.mount(volume.get(), folder));
  }

  /** Sets the variables for the first cluster only, which is the label's. */
  private void setEnv(ContainerPatch container, ResolvedCluster cluster, Optional<String> file) {
    boolean ofLabel = cluster.name().equals(options.clusters().getFirst().name());
    if (options.env() && ofLabel) {
      ClientEnv.set(container, cluster, file, warnings);
    }
  }

  private void add(TokenVolume volume, ResolvedCluster cluster) {
    newVolumes.add(volume.toJson(cluster.client(), options.tokenLifetime(cluster)));
    String wanted = options.volume(cluster);
    if (!volume.name().equals(wanted)) {
      warnings.add("volume name %s is in use; the token's is named %s", wanted, volume.name());
    }
  }

  /** A bound Secret needs no warning: its token stays valid while a pod mounts it. */
  private void warnOfUselessToken(List<TokenVolume> volumes, ResolvedCluster cluster) {
    if (cluster.trust() == TokenMode.BOUND_SECRET
        && !volumes.isEmpty()
        && volumes.getFirst().way() == TokenMode.PROJECTED) {
      warnings.add(
          "volume %s: NatsCluster %s accepts the token of Secret %s, not the kubelet's",
          volumes.getFirst().name(), cluster.name(), cluster.client().secret());
    }
  }
}
