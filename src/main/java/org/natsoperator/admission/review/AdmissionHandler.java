package org.natsoperator.admission.review;

/**
 * Handles the admission requests of one webhook. The name of the bean is the path of the webhook.
 * After an exception, the failurePolicy of the webhook decides.
 */
public interface AdmissionHandler {

  AdmissionResponse handle(AdmissionRequest request);

  /** How many times it needs the memory of the objects as trees, with their copies. */
  default int copies() {
    return 1;
  }

  /** The parts of the objects that it reads. */
  default JsonProjection parts() {
    return JsonProjection.WHOLE;
  }
}
