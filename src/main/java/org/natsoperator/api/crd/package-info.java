/**
 * Writes the CRDs of the chart from the records when the project is built. Start with {@link
 * org.natsoperator.api.crd.CrdFiles}.
 */
package org.natsoperator.api.crd;
