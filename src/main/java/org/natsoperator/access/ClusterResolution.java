package org.natsoperator.access;

import java.util.Optional;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.RoleReasons;

/**
 * The cluster that a role or a client pod refers to. Across namespaces both sides must agree: the
 * reference names the cluster's namespace, and the cluster admits the namespace of the role or pod.
 * Otherwise everyone who may create a cluster could disconnect or capture clients of others.
 */
public sealed interface ClusterResolution {

  /** The role is for this cluster. */
  record Chosen(NatsCluster cluster) implements ClusterResolution {}

  /** The role is for no cluster. */
  record NoCluster(String reason, String message) implements ClusterResolution {}

  /**
   * Resolves a reference.
   *
   * @param cluster the cluster with the name and the namespace of the reference, if it exists
   */
  static ClusterResolution of(ClusterReference reference, Optional<NatsCluster> cluster) {
    Optional<NatsCluster> existing =
        cluster.filter(named -> named.getMetadata().getDeletionTimestamp() == null);
    if (existing.isEmpty()) {
      return new NoCluster(RoleReasons.CLUSTER_NOT_FOUND, notFound(reference));
    }
    return admits(existing.get(), reference.from())
        ? new Chosen(existing.get())
        : new NoCluster(RoleReasons.NAMESPACE_NOT_ALLOWED, notAllowed(reference));
  }

  /**
   * Whether roles of this namespace may count for the cluster. While the operator cannot read that,
   * all may: none gets new rights then, and none loses its token.
   */
  static boolean admits(NatsCluster cluster, String namespace) {
    return namespace.equals(cluster.getMetadata().getNamespace())
        || cluster.hidesNamespaces()
        || cluster.getSpec().auth().allowedNamespaces().contains(namespace);
  }

  /** The cluster, if there is one. */
  default Optional<NatsCluster> found() {
    return this instanceof Chosen chosen ? Optional.of(chosen.cluster()) : Optional.empty();
  }

  private static String notFound(ClusterReference reference) {
    return reference.namespace().isPresent()
        ? ("metadata.annotations.%s: NatsCluster %s does not exist in namespace \"%s\"; create it"
                + " or correct the annotation")
            .formatted(
                NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
                reference.name(),
                reference.clusterNamespace())
        : ("metadata.labels.%s: NatsCluster %s does not exist in this namespace; create it, correct"
                + " the label, or set the annotation %s to the namespace of the cluster")
            .formatted(
                NatsApi.CLUSTER_LABEL, reference.name(), NatsApi.CLUSTER_NAMESPACE_ANNOTATION);
  }

  private static String notAllowed(ClusterReference reference) {
    return ("metadata.annotations.%s: NatsCluster %s/%s does not admit roles of this namespace; add"
            + " %s to its spec.auth.allowedNamespaces or correct the annotation")
        .formatted(
            NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
            reference.clusterNamespace(),
            reference.name(),
            reference.from());
  }
}
