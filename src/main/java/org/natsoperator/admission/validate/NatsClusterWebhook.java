package org.natsoperator.admission.validate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.validation.NatsClusterUpdateWarnings;
import org.natsoperator.cluster.validation.NatsClusterValidator;
import org.natsoperator.cluster.validation.NatsClusterWarnings;
import org.springframework.stereotype.Component;

/**
 * Refuses clusters that could not be run, and warns of what a change costs. The bean's name is the
 * path of its webhook.
 */
@Component(WebhookPaths.CLUSTERS)
public final class NatsClusterWebhook implements AdmissionHandler {

  /** Of kind Scale (autoscaling/v1), whose {@code spec.replicas} is the cluster's size. */
  private static final String SCALE = "scale";

  private static final ValidationRules<NatsCluster> RULES =
      new ValidationRules<>(
          NatsCluster.class,
          NatsClusterValidator::validate,
          NatsClusterUpdateWarnings::updateWarnings,
          (before, after) -> List.of(),
          NatsClusterWarnings::about);

  @Override
  public AdmissionResponse handle(AdmissionRequest request) {
    return request.subresource().equals(SCALE)
        ? scaled(request)
        : CustomResourceValidation.response(request, RULES);
  }

  /** Never refused: it changes the size alone, and the CRD itself judges that. */
  private static AdmissionResponse scaled(AdmissionRequest request) {
    return AdmissionResponse.of(
        List.of(),
        NatsClusterUpdateWarnings.costsOfSize(
            request.name(), replicas(request.oldObject()), replicas(request.object())));
  }

  private static int replicas(JsonNode scale) {
    return scale.path("spec").path("replicas").asInt();
  }
}
