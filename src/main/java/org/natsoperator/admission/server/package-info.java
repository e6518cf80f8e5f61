/**
 * The HTTPS server that the API server calls: limits, deadlines, metrics. Start with {@link
 * org.natsoperator.admission.server.WebhookEndpoint}.
 */
package org.natsoperator.admission.server;
