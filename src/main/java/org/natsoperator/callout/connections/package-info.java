/**
 * The connections that the operator admitted, and why they must end. Start with {@link
 * org.natsoperator.callout.connections.Revocation}.
 */
package org.natsoperator.callout.connections;
