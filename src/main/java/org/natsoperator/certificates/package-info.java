/**
 * The certificates of the webhooks: made and renewed here or given, published to the API server,
 * served without a gap. Start with {@link org.natsoperator.certificates.Certificates}.
 */
package org.natsoperator.certificates;
