/**
 * The kinds of {@code nats.io/v1alpha2} as records; the CRDs in the chart are generated from them.
 * Start with {@link org.natsoperator.api.NatsCluster} and {@link
 * org.natsoperator.api.NatsServiceRole}.
 */
package org.natsoperator.api;
