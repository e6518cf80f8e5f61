package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.Ports;
import org.natsoperator.settings.NetworkPolicySettings;

/**
 * Limits ingress to a cluster's servers. The client port is open, since clients log in. The route
 * port is open to servers of the cluster. The monitoring port, which has no password, is open to
 * the configured peers. Egress is not limited.
 */
public final class ServerNetworkPolicy {

  private ServerNetworkPolicy() {}

  /** Empty if the settings disable it. */
  public static Optional<NetworkPolicy> of(NatsCluster cluster, NetworkPolicySettings settings) {
    return settings.enabled()
        ? Optional.of(policy(cluster, settings.monitoringFrom()))
        : Optional.empty();
  }

  private static NetworkPolicy policy(NatsCluster cluster, List<NetworkPolicyPeer> monitors) {
    return new NetworkPolicyBuilder()
        .withMetadata(ChildMetadata.of(cluster, ChildNames.of(cluster).networkPolicy()))
        .withNewSpec()
        .withPodSelector(ChildMetadata.selector(cluster))
        .withPolicyTypes("Ingress")
        .withIngress(ingress(cluster, monitors))
        .endSpec()
        .build();
  }

  /** A rule without peers would allow every source, so without monitors there is none. */
  private static List<NetworkPolicyIngressRule> ingress(
      NatsCluster cluster, List<NetworkPolicyPeer> monitors) {
    List<NetworkPolicyIngressRule> rules = new ArrayList<>();
    rules.add(rule(List.of(), Ports.CLIENT));
    NetworkPolicyPeer servers =
        new NetworkPolicyPeerBuilder().withPodSelector(ChildMetadata.selector(cluster)).build();
    rules.add(rule(List.of(servers), Ports.CLUSTER));
    if (!monitors.isEmpty()) {
      rules.add(rule(monitors, Ports.MONITORING, Ports.METRICS));
    }
    return rules;
  }

  private static NetworkPolicyIngressRule rule(List<NetworkPolicyPeer> from, int... ports) {
    return new NetworkPolicyIngressRuleBuilder()
        .withFrom(from)
        .withPorts(
            IntStream.of(ports)
                .mapToObj(port -> new NetworkPolicyPort(null, new IntOrString(port), "TCP"))
                .toList())
        .build();
  }
}
