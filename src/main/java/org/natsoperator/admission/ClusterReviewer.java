package org.natsoperator.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
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

  /** Of kind Scale (autoscaling/v1), whose {@code spec.replicas} is the cluster's size. */
  private static final String SCALE = "scale";

  private static final KindRules<NatsCluster> RULES =
      new KindRules<>(
          NatsCluster.class,
          NatsClusterValidator::validate,
          ClusterChange::costs,
          (before, after) -> List.of(),
          ClusterDoubts::about);

  @Override
  public Answer review(Review review) {
    return review.subresource().equals(SCALE)
        ? scaled(review)
        : CustomResourceValidation.answer(review, RULES);
  }

  /** Never refused: it changes the size alone, and the CRD itself judges that. */
  private static Answer scaled(Review review) {
    return Answer.of(
        List.of(),
        ClusterChange.costsOfSize(
            review.name(), replicas(review.oldObject()), replicas(review.object())));
  }

  private static int replicas(JsonNode scale) {
    return scale.path("spec").path("replicas").asInt();
  }
}
