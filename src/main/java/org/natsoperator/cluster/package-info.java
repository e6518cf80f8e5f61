/**
 * A NatsCluster becomes Kubernetes objects and running servers: observe, decide, apply, push,
 * report. Start with {@link org.natsoperator.cluster.NatsClusterReconciler}.
 */
package org.natsoperator.cluster;
