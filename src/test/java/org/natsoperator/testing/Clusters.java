package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.config.ClusterKeys;

/**
 * Clusters as users write them. Each has the name {@value #NAME} and the namespace {@value
 * #NAMESPACE}.
 */
public final class Clusters {

  public static final String NAME = "example-nats";
  public static final String NAMESPACE = "nats-io";
  public static final String UID = "uid-of-cluster";
  public static final ClusterKeys KEYS =
      new ClusterKeys("UAJMJNEHHLLATFGOGIK6YW4TJWK5JJXUDMM7NOYSZLPAXVJADFXKVYBB", "route-password");

  private Clusters() {}

  /** The cluster of the manifest of 2018, at another version. */
  public static NatsCluster walkthrough(String version) {
    return cluster(
        "{size: 3, version: \"%s\", pod: {enableConfigReload: true}, auth: {enableServiceAccounts: true}}"
            .formatted(version));
  }

  /** A cluster with this spec, as one line of YAML. */
  public static NatsCluster cluster(String spec) {
    return named(NAME, spec);
  }

  public static NatsCluster named(String name, String spec) {
    return Serialization.unmarshal(
        """
        apiVersion: nats.io/v1alpha2
        kind: NatsCluster
        metadata: {name: "%s", namespace: %s, uid: %s, generation: 1}
        spec: %s
        """
            .formatted(name, NAMESPACE, UID, spec),
        NatsCluster.class);
  }

  /** A cluster of this namespace with its own UID, which admits roles of other namespaces. */
  public static NatsCluster in(String namespace, String... allowedNamespaces) {
    NatsCluster cluster =
        cluster(
            "{auth: {enableServiceAccounts: true, allowedNamespaces: [%s]}}"
                .formatted(quoted(allowedNamespaces)));
    cluster.getMetadata().setNamespace(namespace);
    cluster.getMetadata().setUid("uid-of-cluster-in-" + namespace);
    return cluster;
  }

  /** The status of generation 1 with these conditions. */
  public static NatsClusterStatus status(Condition... conditions) {
    return Serialization.unmarshal("observedGeneration: 1", NatsClusterStatus.class)
        .withConditions(List.of(conditions));
  }

  private static String quoted(String... words) {
    return Stream.of(words).map(word -> '"' + word + '"').collect(Collectors.joining(", "));
  }
}
