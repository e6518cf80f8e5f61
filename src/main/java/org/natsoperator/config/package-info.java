/**
 * nats.conf as data, written as JSON that every version of nats-server reads. Pure; start with
 * {@link org.natsoperator.config.ServerConfig}.
 */
package org.natsoperator.config;
