/**
 * The webhooks' certificate: generated and renewed, or read from a given Secret; its CA is
 * published to the API server. Start with {@link org.natsoperator.certificates.Certificates}.
 */
package org.natsoperator.certificates;
