/**
 * The AdmissionReview protocol: request, response, and the interface of a webhook. Start with
 * {@link org.natsoperator.admission.review.AdmissionHandler}.
 */
package org.natsoperator.admission.review;
