package org.natsoperator.lookup;

import java.util.Optional;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsServiceRole;

/**
 * The observed state that determines how a client connects to a cluster.
 *
 * @param role the role of the client's name; it may be for another cluster
 * @param certain false if something is missing in the caches and the API server did not respond in
 *     time
 */
public record ObservedClient(
    Identity identity,
    ClusterReference reference,
    Optional<NatsServiceRole> role,
    ClusterResolution choice,
    boolean certain) {

  /** Whether the client has a role on the cluster that it names. */
  public boolean hasRole() {
    return role.filter(reference::isOf).isPresent();
  }
}
