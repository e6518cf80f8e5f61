/**
 * The NATS auth callout: servers ask the operator whether a client may log in. Start with {@link
 * org.natsoperator.callout.Authorizer}.
 */
package org.natsoperator.callout;
