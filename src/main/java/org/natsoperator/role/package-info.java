/**
 * The NatsServiceRole controller: it turns a role into a grant for one ServiceAccount with a proven
 * token. Start with {@link org.natsoperator.role.Binding}.
 */
package org.natsoperator.role;
