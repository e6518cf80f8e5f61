/**
 * The admission webhooks. Start with {@code server} for HTTP, {@code inject} for client pods, and
 * {@code validate} for custom resources.
 */
package org.natsoperator.admission;
