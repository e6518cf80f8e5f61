/**
 * The keys of each cluster, in Secrets of the operator's namespace. Start with {@link
 * org.natsoperator.cluster.keys.ClusterKeyStore}.
 */
package org.natsoperator.cluster.keys;
