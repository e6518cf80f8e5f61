/**
 * HTTP for webhooks, probes and metrics: limits and deadlines. Start with {@link
 * org.natsoperator.admission.server.WebhookEndpoint}.
 */
package org.natsoperator.admission.server;
