/**
 * Every decision about a cluster, as pure functions of what was observed. Start with {@link
 * org.natsoperator.cluster.plan.ClusterDecision}.
 */
package org.natsoperator.cluster.plan;
