/**
 * The rules for a NatsCluster, shared by the webhook and the controller. Start with {@link
 * org.natsoperator.cluster.validation.NatsClusterValidator}.
 */
package org.natsoperator.cluster.validation;
