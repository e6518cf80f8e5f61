package org.natsoperator.testing;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsConfig;
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
    NatsConfig settings,
    int lameDuckSeconds,
    List<String> routes,
    Optional<List<ServerUser>> users,
    ClusterKeys keys) {

  public static ServerConfigFixture of(String version) {
    NatsConfig none = Clusters.cluster("{}").getSpec().natsConfig();
    return new ServerConfigFixture(version, none, 30, List.of(), Optional.empty(), Clusters.KEYS);
  }

  public ServerConfigFixture settings(NatsConfig config) {
    return new ServerConfigFixture(version, config, lameDuckSeconds, routes, users, keys);
  }

  public ServerConfigFixture lameDuckSeconds(int seconds) {
    return new ServerConfigFixture(version, settings, seconds, routes, users, keys);
  }

  public ServerConfigFixture routes(String... servers) {
    return new ServerConfigFixture(
        version, settings, lameDuckSeconds, List.of(servers), users, keys);
  }

  /** Only these users may log in. */
  public ServerConfigFixture users(ServerUser... logins) {
    return users(List.of(logins));
  }

  public ServerConfigFixture users(List<ServerUser> logins) {
    return new ServerConfigFixture(
        version, settings, lameDuckSeconds, routes, Optional.of(logins), keys);
  }

  public ServerConfigFixture keys(ClusterKeys clusterKeys) {
    return new ServerConfigFixture(version, settings, lameDuckSeconds, routes, users, clusterKeys);
  }

  public ServerConfig build() {
    return new ServerConfig(
        ServerVersion.parse(version).orElseThrow(),
        Clusters.NAME,
        settings,
        lameDuckSeconds,
        routes,
        users,
        keys);
  }
}
