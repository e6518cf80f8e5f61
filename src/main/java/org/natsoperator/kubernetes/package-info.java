/**
 * Common code of the controllers: conditions, Events, status patches and API errors. Start with
 * {@link org.natsoperator.kubernetes.Conditions}.
 */
package org.natsoperator.kubernetes;
