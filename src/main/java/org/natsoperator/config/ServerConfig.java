package org.natsoperator.config;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsConfig;

/**
 * Everything the servers of one cluster are told.
 *
 * @param clusterName name that all servers of the cluster share
 * @param lameDuckSeconds over how long a stopping server lets go of its clients
 * @param routes {@code host:port} of all servers of the cluster
 * @param users who may log in; empty if anybody may, which a cluster without {@code auth} means
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
