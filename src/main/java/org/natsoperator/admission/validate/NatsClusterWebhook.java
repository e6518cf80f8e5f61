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

/** Rejects clusters that cannot run, and warns about the effects of a change. */
@Component(WebhookPaths.CLUSTERS)
public final class NatsClusterWebhook implements AdmissionHandler {

  private static final ValidationRules<NatsCluster> RULES =
      new ValidationRules<>(
          NatsCluster.class,
          NatsClusterValidator::validate,
          NatsClusterUpdateWarnings::updateWarnings,
          (before, after) -> List.of(),
          NatsClusterWarnings::about,
          ResourceAnnotations.OF_CLUSTERS);

  @Override
  public int copies() {
    return CustomResourceValidation.COPIES;
  }

  @Override
  public AdmissionResponse handle(AdmissionRequest request) {
    return request.subresource().equals("scale")
        ? scaled(request)
        : CustomResourceValidation.response(request, RULES);
  }

  /** Scale (autoscaling/v1) only changes the size, which the CRD's schema validates. */
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
