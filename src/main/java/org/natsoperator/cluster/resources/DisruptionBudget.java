package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;

/**
 * Lets node drains evict one server at a time; its clients move to the others. A single server gets
 * no budget, which would only block the drain of its node.
 */
public final class DisruptionBudget {

  private DisruptionBudget() {}

  public static Optional<PodDisruptionBudget> of(NatsCluster cluster) {
    if (cluster.getSpec().size() <= 1) {
      return Optional.empty();
    }
    return Optional.of(
        new PodDisruptionBudgetBuilder()
            .withMetadata(ChildMetadata.of(cluster, ChildNames.of(cluster).disruptionBudget()))
            .withNewSpec()
            .withMaxUnavailable(new IntOrString(1))
            .withSelector(ChildMetadata.selector(cluster))
            .endSpec()
            .build());
  }
}
