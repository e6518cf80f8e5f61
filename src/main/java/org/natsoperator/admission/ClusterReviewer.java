package org.natsoperator.admission;

import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.ClusterChange;
import org.natsoperator.cluster.ClusterDoubts;
import org.natsoperator.cluster.NatsClusterValidator;
import org.springframework.stereotype.Component;

/**
 * Refuses clusters that could not be run, and warns of what a change costs. The bean's name is the
 * path of its webhook.
 */
@Component(WebhookPaths.CLUSTERS)
final class ClusterReviewer implements Reviewer {

  private static final KindRules<NatsCluster> RULES =
      new KindRules<>(
          NatsCluster.class,
          NatsClusterValidator::validate,
          (before, after) -> ClusterDoubts.about(after),
          ClusterChange::costs);

  @Override
  public Answer review(Review review) {
    return ObjectReview.answer(review, RULES);
  }
}
