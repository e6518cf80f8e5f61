package org.natsoperator.config;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsConfig;

/**
 * The input of nats.conf.
 *
 * @param lameDuckSeconds time in which a stopping server closes its client connections
 * @param routes {@code host:port} of all servers of the cluster
 * @param users empty if no login is needed, as in a cluster without {@code auth}
 */
public record ServerConfig(
    ServerVersion version,
    String clusterName,
    NatsConfig settings,
    int lameDuckSeconds,
    List<String> routes,
    Optional<List<ServerUser>> users,
    ClusterKeys keys) {

  public ServerConfig {
    routes = List.copyOf(routes);
    users = users.map(List::copyOf);
  }
}
