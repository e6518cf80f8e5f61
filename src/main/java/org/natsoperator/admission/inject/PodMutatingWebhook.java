package org.natsoperator.admission.inject;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.stream.Collectors;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionRequest;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.JsonProjection;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.lookup.ClusterLookup;
import org.springframework.stereotype.Component;

/** The webhook for pods: counts the decisions of {@link PodInjector}. */
@Component(WebhookPaths.PODS)
public class PodMutatingWebhook implements AdmissionHandler {

  private final PodInjector injector;
  private final Map<String, Counter> injections;

  public PodMutatingWebhook(ClusterLookup lookup, MeterRegistry meters) {
    this.injector = new PodInjector(lookup);
    this.injections =
        PodInjector.REASONS.stream()
            .collect(Collectors.toMap(reason -> reason, reason -> counter(reason, meters)));
  }

  @Override
  public AdmissionResponse handle(AdmissionRequest request) {
    AdmissionResponse response = injector.handle(request);
    if (!request.dryRun()) {
      injections.get(response.auditAnnotations().get(PodInjector.INJECTION)).increment();
    }
    return response;
  }

  @Override
  public JsonProjection parts() {
    return PodView.PARTS;
  }

  private static Counter counter(String reason, MeterRegistry meters) {
    return Counter.builder("nats.operator.injections")
        .description("Pods by the result of their injection")
        .tag("reason", reason)
        .register(meters);
  }
}
