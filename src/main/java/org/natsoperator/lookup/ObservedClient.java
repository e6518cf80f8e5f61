package org.natsoperator.lookup;

import java.util.Optional;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsServiceRole;

/**
 * All that is known of a client and a cluster when it is decided how the client reaches it.
 *
 * @param role the role of the client's name; its cluster may be another
 * @param certain whether what is missing here is missing indeed; else no cache knew it and the API
 *     server did not say in time
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
