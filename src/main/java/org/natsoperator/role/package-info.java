/**
 * Who may publish and subscribe where: a role becomes a grant for one ServiceAccount, and a token
 * proves who that is. Start with {@link org.natsoperator.role.Binding}; only the reconciler and the
 * classes it gathers with do IO.
 */
package org.natsoperator.role;
