/**
 * Permissions on clusters as pure values: identities, grants, subjects, and the cluster that a role
 * or a pod refers to. Start with {@link org.natsoperator.access.Grant}.
 */
package org.natsoperator.access;
