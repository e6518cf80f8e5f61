package org.natsoperator.access;

import java.util.Optional;
import org.natsoperator.api.NatsServiceRole;

/**
 * The name by which a role or a client pod refers to a cluster.
 *
 * @param from namespace of the role or client pod
 * @param name of the cluster; empty if it is not given
 * @param namespace of the cluster, if it is given; otherwise it is {@code from}
 */
public record ClusterReference(String from, String name, Optional<String> namespace) {

  /** The cluster that a role is for. */
  public static ClusterReference of(NatsServiceRole role) {
    return new ClusterReference(
        role.getMetadata().getNamespace(), role.clusterName().orElse(""), role.clusterNamespace());
  }

  /** The namespace of the cluster. */
  public String clusterNamespace() {
    return namespace.orElse(from);
  }

  /** Whether both name the same cluster. */
  public boolean isSameCluster(ClusterReference other) {
    return name.equals(other.name) && clusterNamespace().equals(other.clusterNamespace());
  }

  /** Whether a role is for a cluster of this name. */
  public boolean isOf(NatsServiceRole role) {
    return role.clusterName().filter(name::equals).isPresent();
  }

  /** Adds the namespace that the pod's role gives, if the pod itself gives none. */
  public ClusterReference orAsIn(Optional<NatsServiceRole> role) {
    return new ClusterReference(
        from,
        name,
        namespace.or(() -> role.filter(this::isOf).flatMap(NatsServiceRole::clusterNamespace)));
  }
}
