package org.natsoperator.testing;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.config.ServerConfig;
import org.natsoperator.config.ServerUser;
import org.natsoperator.config.ServerVersion;

/**
 * Builds a {@link ServerConfig} of the cluster of {@link Clusters}. By default it has no settings
 * and no routes, and clients need no login.
 */
public record ServerConfigFixture(
    String version,
    NatsClusterSpec spec,
    List<String> routes,
    Optional<List<ServerUser>> users,
    ClusterKeys keys) {

  public static ServerConfigFixture of(String version) {
    NatsClusterSpec empty = Clusters.cluster("{}").getSpec();
    return new ServerConfigFixture(version, empty, List.of(), Optional.empty(), Clusters.KEYS);
  }

  /** Sets a spec, as one line of YAML. Its version is ignored. */
  public ServerConfigFixture spec(String yaml) {
    NatsClusterSpec spec = Clusters.cluster(yaml).getSpec();
    return new ServerConfigFixture(version, spec, routes, users, keys);
  }

  public ServerConfigFixture routes(String... servers) {
    return new ServerConfigFixture(version, spec, List.of(servers), users, keys);
  }

  /** Only these users may log in. */
  public ServerConfigFixture users(ServerUser... logins) {
    return users(List.of(logins));
  }

  public ServerConfigFixture users(List<ServerUser> logins) {
    return new ServerConfigFixture(version, spec, routes, Optional.of(logins), keys);
  }

  public ServerConfigFixture keys(ClusterKeys clusterKeys) {
    return new ServerConfigFixture(version, spec, routes, users, clusterKeys);
  }

  public ServerConfig build() {
    return new ServerConfig(
        ServerVersion.parse(version).orElseThrow(), Clusters.NAME, spec, routes, users, keys);
  }
}
