package org.natsoperator.admission.review;

/**
 * Handles the admission requests of one webhook. The name of the bean is the path of the webhook.
 * After an exception, the failurePolicy of the webhook decides.
 */
public interface AdmissionHandler {

  AdmissionResponse handle(AdmissionRequest request);

  /** The parts of the objects that it reads. */
  default JsonProjection parts() {
    return JsonProjection.WHOLE;
  }
}
