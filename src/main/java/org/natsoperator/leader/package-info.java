/**
 * Leader election: the lease, its deadline, and the detection of a second operator. Start with
 * {@link org.natsoperator.leader.LeaderLease}.
 */
package org.natsoperator.leader;
