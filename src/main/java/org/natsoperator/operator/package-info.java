/**
 * Start, stop and health of the process. Start with {@link
 * org.natsoperator.operator.OperatorLifecycle}.
 */
package org.natsoperator.operator;
