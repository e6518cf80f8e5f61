package org.natsoperator.access;

import java.util.Optional;
import org.natsoperator.api.NatsServiceRole;

/**
 * A cluster as a role or a client pod names it.
 *
 * @param from namespace of who names it
 * @param name of the cluster; empty if it is not said
 * @param namespace of the cluster, if it is said
 */
public record ClusterReference(String from, String name, Optional<String> namespace) {

  /** The cluster that a role is for. */
  public static ClusterReference of(NatsServiceRole role) {
    return new ClusterReference(
        role.getMetadata().getNamespace(), role.clusterName().orElse(""), role.clusterNamespace());
  }

  /** Whether a role is for a cluster of this name. */
  public boolean isOf(NatsServiceRole role) {
    return role.clusterName().filter(name::equals).isPresent();
  }

  /**
   * The same cluster, where the namer's role says that it is if the namer says nothing.
   *
   * @param role of the ServiceAccount that names it
   */
  public ClusterReference orAsIn(Optional<NatsServiceRole> role) {
    return new ClusterReference(
        from,
        name,
        namespace.or(() -> role.filter(this::isOf).flatMap(NatsServiceRole::clusterNamespace)));
  }
}
