package org.natsoperator.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.role.ClusterChoice;
import org.natsoperator.role.Problem;

/**
 * What is known of what a role needs; what could not be learnt is not missing.
 *
 * @param cluster the one it names, in the namespace it names or in its own
 * @param lacksCluster whether that one surely is not there
 * @param lacksAccount whether the ServiceAccount of its name surely is not there
 */
record Surroundings(Optional<NatsCluster> cluster, boolean lacksCluster, boolean lacksAccount) {

  static final Surroundings UNKNOWN = new Surroundings(Optional.empty(), false, false);

  private static final String CLUSTER = "metadata.labels." + NatsApi.CLUSTER_LABEL;

  /** What the role has to wait for; it may be applied first. */
  List<Problem> awaitedBy(NatsServiceRole role) {
    List<Problem> awaited = new ArrayList<>();
    if (lacksCluster) {
      awaited.add(
          new Problem(
              CLUSTER,
              "no NatsCluster of that name in namespace %s yet, unless another admits it"
                  .formatted(role.clusterNamespace().orElse(role.getMetadata().getNamespace()))));
    }
    cluster.flatMap(found -> objection(role, found)).ifPresent(awaited::add);
    if (lacksAccount) {
      awaited.add(new Problem("metadata.name", "no ServiceAccount of that name here yet"));
    }
    return awaited;
  }

  private static Optional<Problem> objection(NatsServiceRole role, NatsCluster found) {
    if (!ClusterChoice.admits(found, role.getMetadata().getNamespace())) {
      return Optional.of(
          new Problem(
              CLUSTER, "the cluster's spec.auth.allowedNamespaces does not list this namespace"));
    }
    return found.getSpec().auth().enableServiceAccounts()
        ? Optional.empty()
        : Optional.of(
            new Problem(CLUSTER, "the cluster's spec.auth.enableServiceAccounts is not true"));
  }
}
