/**
 * Answers to the API server's AdmissionReviews: the injector that wires client pods, and what
 * refuses roles and clusters that could not work. Start reading at {@link
 * org.natsoperator.admission.Reviewer}.
 */
package org.natsoperator.admission;
