/**
 * Every decision about a cluster, as pure functions of the observed state. Start with {@link
 * org.natsoperator.cluster.plan.ClusterDecision}.
 */
package org.natsoperator.cluster.plan;
