package org.natsoperator.admission;

import java.util.Optional;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.role.ClusterReference;
import org.natsoperator.role.ClusterResolution;
import org.natsoperator.role.Identity;

/**
 * All that is known of a client and a cluster when it is decided how the client reaches it.
 *
 * @param role the role of the client's name; its cluster may be another
 * @param certain whether what is missing here is missing indeed; else no cache knew it and the API
 *     server did not say in time
 */
record ObservedClient(
    Identity identity,
    ClusterReference reference,
    Optional<NatsServiceRole> role,
    ClusterResolution choice,
    boolean certain) {

  /** Whether the client has a role on the cluster that it names. */
  boolean hasRole() {
    return role.filter(reference::isOf).isPresent();
  }
}
