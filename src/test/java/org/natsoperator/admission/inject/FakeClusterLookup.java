package org.natsoperator.admission.inject;

import java.util.List;
import java.util.Optional;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.lookup.ClusterLookup;
import org.natsoperator.lookup.ObservedClient;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

/**
 * Finds clusters and roles in two lists.
 *
 * @param answers whether the API server answers
 */
public record FakeClusterLookup(
    List<NatsCluster> clusters, List<NatsServiceRole> roles, boolean answers)
    implements ClusterLookup {

  /** The cluster and the roles of the walkthrough. */
  public static FakeClusterLookup walkthrough() {
    return new FakeClusterLookup(
        List.of(Clusters.walkthrough("2.15.3")), List.of(Roles.user(), Roles.admin()), true);
  }

  static FakeClusterLookup with(NatsCluster... clusters) {
    return new FakeClusterLookup(List.of(clusters), List.of(Roles.user()), true);
  }

  @Override
  public boolean watches(String namespace) {
    return !namespace.equals("elsewhere");
  }

  @Override
  public ObservedClient find(Identity client, ClusterReference reference) {
    Optional<NatsServiceRole> role =
        roles.stream().filter(each -> Identity.of(each).equals(client)).findFirst();
    ClusterReference meant = reference.orAsIn(role);
    Optional<NatsCluster> cluster =
        clusters.stream()
            .filter(each -> each.getMetadata().getName().equals(meant.name()))
            .filter(each -> each.getMetadata().getNamespace().equals(meant.clusterNamespace()))
            .findFirst();
    return new ObservedClient(client, meant, role, ClusterResolution.of(meant, cluster), answers);
  }
}
