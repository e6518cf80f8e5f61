package org.natsoperator.admission.review;

/**
 * Judges the reviews of one webhook. Its own faults are exceptions, so that the webhook's
 * failurePolicy decides. A bean of this type answers at the path that is its name, such as
 * {@code @Component(WebhookPaths.PODS)}.
 */
public interface AdmissionHandler {

  AdmissionResponse handle(AdmissionRequest request);

  /** All that it looks at of the objects; the rest of them is not read. */
  default JsonProjection parts() {
    return JsonProjection.WHOLE;
  }
}
