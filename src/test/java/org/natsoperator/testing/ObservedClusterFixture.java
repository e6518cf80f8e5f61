package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCallout;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.server.ObservedRefusals;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.role.ObservedRole;

/**
 * Builds an {@link ObservedCluster}. By default it has no roles, objects and servers. Tokens by
 * {@link SigningKey#API_SERVER} are valid.
 */
public record ObservedClusterFixture(
    NatsCluster cluster,
    List<ObservedRole> roles,
    ClusterKeys keys,
    List<HasMetadata> objects,
    List<ObservedServer> servers,
    Optional<ObservedRefusals> refusals,
    Optional<String> rejection) {

  public static ObservedClusterFixture of(NatsCluster cluster) {
    return new ObservedClusterFixture(
        cluster,
        List.of(),
        Clusters.KEYS,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  public ObservedClusterFixture roles(ObservedRole... observed) {
    return roles(List.of(observed));
  }

  public ObservedClusterFixture roles(List<ObservedRole> observed) {
    return new ObservedClusterFixture(
        cluster, observed, keys, objects, servers, refusals, rejection);
  }

  public ObservedClusterFixture keys(ClusterKeys clusterKeys) {
    return new ObservedClusterFixture(
        cluster, roles, clusterKeys, objects, servers, refusals, rejection);
  }

  public ObservedClusterFixture objects(HasMetadata... children) {
    return objects(List.of(children));
  }

  public ObservedClusterFixture objects(List<HasMetadata> children) {
    return new ObservedClusterFixture(cluster, roles, keys, children, servers, refusals, rejection);
  }

  public ObservedClusterFixture servers(ObservedServer... observed) {
    return servers(List.of(observed));
  }

  public ObservedClusterFixture servers(List<ObservedServer> observed) {
    return new ObservedClusterFixture(cluster, roles, keys, objects, observed, refusals, rejection);
  }

  public ObservedClusterFixture rejection(String cause) {
    return new ObservedClusterFixture(
        cluster, roles, keys, objects, servers, refusals, Optional.of(cause));
  }

  public ObservedClusterFixture refusals(ObservedRefusals counted) {
    return new ObservedClusterFixture(
        cluster, roles, keys, objects, servers, Optional.of(counted), rejection);
  }

  public ObservedCluster build() {
    return build(ObservedCallout.NONE);
  }

  public ObservedCluster build(ObservedCallout callout) {
    return new ObservedCluster(
        cluster,
        roles,
        SigningKey.proof(SigningKey.API_SERVER),
        keys,
        objects,
        servers,
        callout,
        refusals,
        rejection);
  }
}
