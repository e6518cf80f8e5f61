/**
 * nats.conf as data: what a server is told, written as JSON that every version of nats-server
 * reads. Pure. Start with {@link org.natsoperator.config.ServerConfig}.
 */
package org.natsoperator.config;
