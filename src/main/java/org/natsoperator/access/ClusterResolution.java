package org.natsoperator.access;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.RoleReasons;

/**
 * Which cluster a role or a client pod means. The annotation is decisive: a cluster that is made
 * later in the own namespace must not move the role to it unseen.
 */
public sealed interface ClusterResolution {

  /** The role is for this cluster. */
  record Chosen(NatsCluster cluster) implements ClusterResolution {}

  /** The role is for no cluster. */
  record NoCluster(String reason, String message) implements ClusterResolution {}

  /**
   * Chooses for a role.
   *
   * @param known clusters: at least those of the name that the role gives which lie in its own
   *     namespace or in the one it names, or admit its own
   */
  static ClusterResolution of(NatsServiceRole role, Collection<NatsCluster> known) {
    return of(ClusterReference.of(role), known);
  }

  /** Chooses for whoever names a cluster so; {@code known} as above. */
  static ClusterResolution of(ClusterReference reference, Collection<NatsCluster> known) {
    List<NatsCluster> named =
        known.stream()
            .filter(cluster -> cluster.getMetadata().getName().equals(reference.name()))
            .filter(cluster -> cluster.getMetadata().getDeletionTimestamp() == null)
            .toList();
    return reference
        .namespace()
        .map(namespace -> annotated(reference, namespace, named))
        .orElseGet(() -> guessed(reference, named));
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
          "metadata.annotations.%s: NatsCluster %s/%s does not admit roles of this namespace; have"
              + " %s added to its spec.auth.allowedNamespaces",
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
              "metadata.labels.%s: there is no NatsCluster %s in this namespace, and none elsewhere"
                  + " that admits it; create it or correct the label",
              NatsApi.CLUSTER_LABEL,
              reference.name());
      case 1 -> new Chosen(admitting.getFirst());
      default -> ambiguous(admitting);
    };
  }

  private static ClusterResolution ambiguous(List<NatsCluster> admitting) {
    String candidates =
        admitting.stream()
            .map(cluster -> namespaceOf(cluster) + "/" + cluster.getMetadata().getName())
            .sorted()
            .collect(Collectors.joining(", "));
    return none(
        RoleReasons.AMBIGUOUS,
        "metadata.labels.%s: several NatsClusters of this name admit this namespace: %s; name the"
            + " namespace of one in the annotation %s",
        NatsApi.CLUSTER_LABEL,
        candidates,
        NatsApi.CLUSTER_NAMESPACE_ANNOTATION);
  }

  private static Optional<NatsCluster> in(String namespace, List<NatsCluster> named) {
    return named.stream().filter(cluster -> namespaceOf(cluster).equals(namespace)).findFirst();
  }

  private static String namespaceOf(HasMetadata object) {
    return object.getMetadata().getNamespace();
  }

  private static ClusterResolution none(String reason, String message, Object... arguments) {
    return new NoCluster(reason, message.formatted(arguments));
  }
}
