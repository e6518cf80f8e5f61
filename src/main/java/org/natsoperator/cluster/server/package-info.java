/**
 * Talks to nats-server: monitoring port and system account. Any program may listen there, so every
 * response is limited. Start with {@link org.natsoperator.cluster.server.MonitoringClient}.
 */
package org.natsoperator.cluster.server;
