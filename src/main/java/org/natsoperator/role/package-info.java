/**
 * The NatsServiceRole controller: a role becomes a grant for one ServiceAccount, with a token that
 * proves it. Start with {@link org.natsoperator.role.Binding}.
 */
package org.natsoperator.role;
