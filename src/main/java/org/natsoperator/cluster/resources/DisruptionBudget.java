package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;

/**
 * Lets node drains take one server at a time, whatever the size: the others keep its clients. A
 * cluster of one has no other to go to, and a budget would only keep its node from being drained
 * for ever.
 */
public final class DisruptionBudget {

  private static final int AT_ONCE = 1;

  private DisruptionBudget() {}

  public static Optional<PodDisruptionBudget> of(NatsCluster cluster) {
    if (cluster.getSpec().size() <= AT_ONCE) {
      return Optional.empty();
    }
    return Optional.of(
        new PodDisruptionBudgetBuilder()
            .withMetadata(ChildMetadata.of(cluster, ChildNames.of(cluster).disruptionBudget()))
            .withNewSpec()
            .withMaxUnavailable(new IntOrString(AT_ONCE))
            .withNewSelector()
            .withMatchLabels(ChildMetadata.labels(cluster))
            .endSelector()
            .endSpec()
            .build());
  }
}
