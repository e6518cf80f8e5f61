/**
 * Who may do what on which cluster, as pure values: identities, grants, subjects, and the cluster
 * that a role or a pod means. Start with {@link org.natsoperator.access.Grant}.
 */
package org.natsoperator.access;
