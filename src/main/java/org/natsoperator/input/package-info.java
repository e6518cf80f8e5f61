/**
 * Bounds what servers send through connections of the NATS client, since any program may be a
 * server. Start with {@link org.natsoperator.input.LastingDataPort}.
 */
package org.natsoperator.input;
