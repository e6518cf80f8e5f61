package org.natsoperator.config;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsClusterSpec;

/**
 * The input of nats.conf.
 *
 * @param clusterName name of the NatsCluster
 * @param routes {@code host:port} of all servers of the cluster
 * @param users empty if no login is needed, as in a cluster without {@code auth}
 */
public record ServerConfig(
    ServerVersion version,
    String clusterName,
    NatsClusterSpec spec,
    List<String> routes,
    Optional<List<ServerUser>> users,
    ClusterKeys keys) {

  public ServerConfig {
    routes = List.copyOf(routes);
    users = users.map(List::copyOf);
  }
}
