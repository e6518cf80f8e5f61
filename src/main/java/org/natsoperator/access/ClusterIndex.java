package org.natsoperator.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;

/** Finds the clusters that a role or a client pod may refer to without reading all clusters. */
public final class ClusterIndex {

  private ClusterIndex() {}

  /** The index key of the clusters with this name that admit roles of this namespace. */
  public static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  /** The key of a cluster's own roles, and of other labelled objects in its namespace. */
  public static String key(NatsCluster cluster) {
    return key(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
  }

  /** All index keys of a cluster: one for each namespace whose roles it admits. */
  public static List<String> keys(NatsCluster cluster) {
    String home = cluster.getMetadata().getNamespace();
    return Stream.concat(Stream.of(home), cluster.getSpec().auth().allowedNamespaces().stream())
        .distinct()
        .map(namespace -> key(namespace, cluster.getMetadata().getName()))
        .toList();
  }

  /**
   * Returns the clusters that {@link ClusterResolution} needs.
   *
   * @param byKey finds the clusters of a key
   */
  public static List<NatsCluster> of(
      ClusterReference reference,
      Function<String, List<NatsCluster>> byKey,
      Lookup<NatsCluster> clusters) {
    String name = reference.name();
    if (name.isEmpty()) {
      return List.of();
    }
    List<NatsCluster> candidates = new ArrayList<>(byKey.apply(key(reference.from(), name)));
    reference
        .namespace()
        .flatMap(namespace -> clusters.find(namespace, name))
        .ifPresent(candidates::add);
    return candidates;
  }

  /**
   * Whether a change of a cluster may change the cluster of a role. A change of its status cannot.
   * A deletion changes the generation, and a recreated cluster has another UID.
   */
  public static boolean mayDiffer(NatsCluster one, NatsCluster other) {
    return !Objects.equals(one.getMetadata().getGeneration(), other.getMetadata().getGeneration())
        || !Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid());
  }
}
