package org.natsoperator.admission;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.role.ClusterChoice;
import org.natsoperator.role.ClusterReference;
import org.natsoperator.role.Identity;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

/**
 * All that there is to be found, at once.
 *
 * @param answers whether the API server does
 */
record World(List<NatsCluster> clusters, List<NatsServiceRole> roles, boolean answers) implements ClusterLookup {

  /** The walkthrough's. */
  static World walkthrough() {
    return new World(List.of(Clusters.walkthrough("2.15.2")), List.of(Roles.user(), Roles.admin()), true);
  }

  static World with(NatsCluster... clusters) {
    return new World(List.of(clusters), List.of(Roles.user()), true);
  }

  @Override
  public boolean watches(String namespace) {
    return !namespace.equals("elsewhere");
  }

  @Override
  public ObservedClient find(Identity client, ClusterReference reference) {
    Optional<NatsServiceRole> role = roles.stream().filter(each -> Identity.of(each).equals(client)).findFirst();
    return new ObservedClient(client, reference, role, ClusterChoice.of(reference, clusters), answers);
  }
}
