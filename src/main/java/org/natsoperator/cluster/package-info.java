/**
 * The NatsCluster controller: the loop that observes, decides, applies, pushes and reports. Start
 * with {@link org.natsoperator.cluster.NatsClusterReconciler}.
 */
package org.natsoperator.cluster;
