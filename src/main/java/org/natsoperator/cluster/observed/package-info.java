/**
 * All facts about a cluster on which decisions depend. Start with {@link
 * org.natsoperator.cluster.observed.ObservedCluster}.
 */
package org.natsoperator.cluster.observed;
