/**
 * Leader election: the lease, the terms of this replica, and the detection of a second operator.
 * Start with {@link org.natsoperator.leader.LeaseElector}.
 */
package org.natsoperator.leader;
