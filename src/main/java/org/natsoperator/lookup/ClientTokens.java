package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.validation.DnsNames;

/** The tokens for clusters that a client pod mounts. */
public final class ClientTokens {

  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private ClientTokens() {}

  /**
   * Names of the mounted Secrets, of any kind. The API server admits longer ones than any Secret
   * has.
   */
  public static Stream<String> secrets(Pod pod) {
    return volumes(pod)
        .flatMap(
            volume ->
                volume.getSecret() == null
                    ? sources(volume)
                        .filter(source -> source.getSecret() != null)
                        .map(source -> source.getSecret().getName())
                    : Stream.ofNullable(volume.getSecret().getSecretName()))
        .filter(name -> name != null && name.length() <= DnsNames.MAX_SUBDOMAIN_LENGTH);
  }

  /** Audiences of the tokens that the kubelet requests for the pod and that are for clusters. */
  public static Stream<String> audiences(Pod pod) {
    return volumes(pod)
        .flatMap(ClientTokens::sources)
        .filter(source -> source.getServiceAccountToken() != null)
        .map(source -> source.getServiceAccountToken().getAudience())
        .filter(ClientNames::isAudience);
  }

  /** The key of a role's token Secret in {@link SharedInformers#BY_SECRET}. */
  static List<String> keyOfRole(NatsServiceRole role) {
    ClusterReference reference = ClusterReference.of(role);
    ClientNames client =
        new ClientNames(Identity.of(role), reference.clusterNamespace(), reference.name());
    return List.of(Cache.namespaceKeyFunc(role.getMetadata().getNamespace(), client.secret()));
  }

  /** The keys of the mounted Secrets in {@link SharedInformers#BY_SECRET}. */
  public static List<String> keysOfPod(Pod pod) {
    return secrets(pod)
        .distinct()
        .map(secret -> Cache.namespaceKeyFunc(pod.getMetadata().getNamespace(), secret))
        .toList();
  }

  /**
   * The live client pods that mount a token of their own for a cluster, as {@code
   * <namespace>/<name>}; empty if they are not known.
   */
  public static Optional<List<String>> podsOf(NatsCluster cluster, SharedInformers informers) {
    SharedInformer<Pod> pods = informers.clientPods();
    return pods.hasSynced()
        ? Optional.of(
            pods.byIndex(SharedInformers.BY_AUDIENCE, ClientNames.audienceOf(cluster)).stream()
                .filter(ClientTokens::isLive)
                .map(Cache::metaNamespaceKeyFunc)
                .toList())
        : Optional.empty();
  }

  /** Whether the pod's containers may still run. */
  public static boolean isLive(Pod pod) {
    return pod.getStatus() == null
        || pod.getStatus().getPhase() == null
        || !ENDED.contains(pod.getStatus().getPhase());
  }

  private static Stream<Volume> volumes(Pod pod) {
    return pod.getSpec() == null || pod.getSpec().getVolumes() == null
        ? Stream.empty()
        : pod.getSpec().getVolumes().stream();
  }

  private static Stream<VolumeProjection> sources(Volume volume) {
    ProjectedVolumeSource projected = volume.getProjected();
    List<VolumeProjection> sources = projected == null ? null : projected.getSources();
    return sources == null ? Stream.empty() : sources.stream();
  }
}
