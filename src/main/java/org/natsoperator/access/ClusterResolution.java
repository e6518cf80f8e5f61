package org.natsoperator.access;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.RoleReasons;

/**
 * The cluster that a role or a client pod refers to. The annotation has priority, so that a cluster
 * that is created later in the role's own namespace does not take over the role.
 */
public sealed interface ClusterResolution {

  /** The role is for this cluster. */
  record Chosen(NatsCluster cluster) implements ClusterResolution {}

  /** The role is for no cluster. */
  record NoCluster(String reason, String message) implements ClusterResolution {}

  /**
   * Resolves a reference.
   *
   * @param known at least the clusters with this name in the own namespace, in the referenced
   *     namespace, and those that admit the own namespace
   */
  static ClusterResolution of(ClusterReference reference, Collection<NatsCluster> known) {
    List<NatsCluster> named =
        known.stream()
            .filter(cluster -> cluster.getMetadata().getName().equals(reference.name()))
            .filter(cluster -> cluster.getMetadata().getDeletionTimestamp() == null)
            .toList();
    return reference.namespace().isPresent()
        ? annotated(reference, reference.namespace().get(), named)
        : guessed(reference, named);
  }

  /** Whether roles of this namespace may count for the cluster. */
  static boolean admits(NatsCluster cluster, String namespace) {
    return namespace.equals(cluster.getMetadata().getNamespace())
        || cluster.getSpec().auth().allowedNamespaces().contains(namespace);
  }

  /** The cluster, if there is one. */
  default Optional<NatsCluster> found() {
    return this instanceof Chosen chosen ? Optional.of(chosen.cluster()) : Optional.empty();
  }

  private static ClusterResolution annotated(
      ClusterReference reference, String namespace, List<NatsCluster> named) {
    Optional<NatsCluster> cluster = in(namespace, named);
    if (cluster.isEmpty()) {
      return none(
          RoleReasons.CLUSTER_NOT_FOUND,
          "metadata.annotations.%s: there is no NatsCluster %s in namespace \"%s\"; create it or"
              + " correct the annotation",
          NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
          reference.name(),
          namespace);
    }
    if (!admits(cluster.get(), reference.from())) {
      return none(
          RoleReasons.NAMESPACE_NOT_ALLOWED,
          "metadata.annotations.%s: NatsCluster %s/%s does not admit roles of this namespace; add"
              + " %s to its spec.auth.allowedNamespaces",
          NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
          namespace,
          reference.name(),
          reference.from());
    }
    return new Chosen(cluster.get());
  }

  private static ClusterResolution guessed(ClusterReference reference, List<NatsCluster> named) {
    Optional<NatsCluster> home = in(reference.from(), named);
    if (home.isPresent()) {
      return new Chosen(home.get());
    }
    List<NatsCluster> admitting =
        named.stream().filter(cluster -> admits(cluster, reference.from())).toList();
    return switch (admitting.size()) {
      case 0 ->
          none(
              RoleReasons.CLUSTER_NOT_FOUND,
              "metadata.labels.%s: no NatsCluster %s exists in this namespace or admits it; create"
                  + " it or correct the label",
              NatsApi.CLUSTER_LABEL,
              reference.name());
      case 1 -> new Chosen(admitting.getFirst());
      default ->
          none(
              RoleReasons.AMBIGUOUS,
              "metadata.labels.%s: several NatsClusters of this name admit this namespace: %s; set"
                  + " the annotation %s to the namespace of one of them",
              NatsApi.CLUSTER_LABEL,
              admitting.stream().map(ClusterIndex::key).sorted().collect(Collectors.joining(", ")),
              NatsApi.CLUSTER_NAMESPACE_ANNOTATION);
    };
  }

  private static Optional<NatsCluster> in(String namespace, List<NatsCluster> named) {
    return named.stream()
        .filter(cluster -> cluster.getMetadata().getNamespace().equals(namespace))
        .findFirst();
  }

  private static ClusterResolution none(String reason, String message, Object... arguments) {
    return new NoCluster(reason, message.formatted(arguments));
  }
}
