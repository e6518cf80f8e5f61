package org.natsoperator.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

/**
 * How the clusters that a role or a client pod may mean are found without looking at all there are.
 */
public final class ClusterIndex {

  private ClusterIndex() {}

  /** The key that roles of a namespace find the clusters of a name by which admit them. */
  public static String key(String namespace, String name) {
    return namespace + "/" + name;
  }

  /** The key of a cluster's own roles, and of all else that carries its label beside it. */
  public static String key(NatsCluster cluster) {
    return key(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
  }

  /** All keys that a cluster is found by: one for each namespace whose roles it admits. */
  public static List<String> keys(NatsCluster cluster) {
    String home = cluster.getMetadata().getNamespace();
    return Stream.concat(Stream.of(home), cluster.getSpec().auth().allowedNamespaces().stream())
        .distinct()
        .map(namespace -> key(namespace, cluster.getMetadata().getName()))
        .toList();
  }

  /**
   * What {@link ClusterResolution} wants to know for a role.
   *
   * @param byKey the clusters of a key
   */
  public static List<NatsCluster> of(
      NatsServiceRole role,
      Function<String, List<NatsCluster>> byKey,
      Lookup<NatsCluster> clusters) {
    return of(ClusterReference.of(role), byKey, clusters);
  }

  /** The same for whoever names a cluster so. */
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
   * Whether a change of a cluster may be one of what roles mean. A change of its status is none; a
   * deletion counts as another generation, and one made anew at once shows by its UID.
   */
  public static boolean mayDiffer(NatsCluster one, NatsCluster other) {
    return !Objects.equals(one.getMetadata().getGeneration(), other.getMetadata().getGeneration())
        || !Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid());
  }
}
