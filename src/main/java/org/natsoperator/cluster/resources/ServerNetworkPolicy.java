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
 * Who may reach a cluster's servers: clients from everywhere, since they must log in; the route
 * port only servers of the same cluster; the monitoring port, which asks for no password, only
 * those who are named. What servers themselves call is left open.
 */
public final class ServerNetworkPolicy {

  private ServerNetworkPolicy() {}

  /** Empty if the installation wants none. */
  public static Optional<NetworkPolicy> of(NatsCluster cluster, NetworkPolicySettings settings) {
    return settings.enabled()
        ? Optional.of(policy(cluster, settings.monitoringFrom()))
        : Optional.empty();
  }

  private static NetworkPolicy policy(NatsCluster cluster, List<NetworkPolicyPeer> monitors) {
    return new NetworkPolicyBuilder()
        .withMetadata(ChildMetadata.of(cluster, ChildNames.of(cluster).networkPolicy()))
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(ChildMetadata.labels(cluster))
        .endPodSelector()
        .withPolicyTypes("Ingress")
        .withIngress(ingress(cluster, monitors))
        .endSpec()
        .build();
  }

  /** A rule without peers would be one for everybody, so without monitors there is none. */
  private static List<NetworkPolicyIngressRule> ingress(
      NatsCluster cluster, List<NetworkPolicyPeer> monitors) {
    List<NetworkPolicyIngressRule> rules = new ArrayList<>();
    rules.add(rule(List.of(), Ports.CLIENT));
    rules.add(rule(List.of(servers(cluster)), Ports.CLUSTER));
    if (!monitors.isEmpty()) {
      rules.add(rule(monitors, Ports.MONITORING, Ports.METRICS));
    }
    return rules;
  }

  private static NetworkPolicyPeer servers(NatsCluster cluster) {
    return new NetworkPolicyPeerBuilder()
        .withNewPodSelector()
        .withMatchLabels(ChildMetadata.labels(cluster))
        .endPodSelector()
        .build();
  }

  private static NetworkPolicyIngressRule rule(List<NetworkPolicyPeer> from, int... ports) {
    return new NetworkPolicyIngressRuleBuilder()
        .withFrom(from)
        .withPorts(IntStream.of(ports).mapToObj(ServerNetworkPolicy::tcp).toList())
        .build();
  }

  private static NetworkPolicyPort tcp(int port) {
    return new NetworkPolicyPort(null, new IntOrString(port), "TCP");
  }
}
