/**
 * The messages of the NATS auth callout: requests of servers, and the signed answers to them. Start
 * with {@link org.natsoperator.callout.protocol.CalloutReader}.
 */
package org.natsoperator.callout.protocol;
