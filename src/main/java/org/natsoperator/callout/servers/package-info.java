/**
 * The operator's connections to the servers of clusters with projected tokens. Start with {@link
 * org.natsoperator.callout.servers.ServedCluster}.
 */
package org.natsoperator.callout.servers;
