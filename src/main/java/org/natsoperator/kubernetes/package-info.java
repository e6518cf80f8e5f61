/**
 * What any controller needs from Kubernetes: conditions, Events, status patches and API errors.
 * Start with {@link org.natsoperator.kubernetes.Conditions}.
 */
package org.natsoperator.kubernetes;
