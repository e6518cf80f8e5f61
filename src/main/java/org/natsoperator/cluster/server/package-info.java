/**
 * Talks to nats-server: monitoring port and system account. Any program may answer there, so every
 * answer has a bound. Start with {@link org.natsoperator.cluster.server.MonitoringClient}.
 */
package org.natsoperator.cluster.server;
