/**
 * One class per object that the operator creates for a cluster. Start with {@link
 * org.natsoperator.cluster.resources.ServerStatefulSet}.
 */
package org.natsoperator.cluster.resources;
