package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.testing.Clusters;

class ServerNetworkPolicyTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");

  private static final String OPERATOR =
      """
      {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "operators"}},
       "podSelector": {"matchLabels": {"app.kubernetes.io/name": "nats-operator"}}}
      """;

  @Test
  void selectsServersOfCluster() {
    NetworkPolicy policy = policy("[" + OPERATOR + "]");

    assertThat(policy.getMetadata()).isEqualTo(ChildMetadata.of(CLUSTER, "example-nats"));
    assertThat(policy.getSpec().getPodSelector().getMatchLabels())
        .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats"));
  }

  @Test
  void allowsAllClientsOwnServersAndListedMonitoringPeers() {
    NetworkPolicy expected =
        Serialization.unmarshal(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            spec:
              ingress:
                - ports: [{port: 4222, protocol: TCP}]
                - from: [{podSelector: {matchLabels: {app: nats, nats_cluster: example-nats}}}]
                  ports: [{port: 6222, protocol: TCP}]
                - from:
                    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: operators}}
                      podSelector: {matchLabels: {app.kubernetes.io/name: nats-operator}}
                    - ipBlock: {cidr: 10.0.0.0/8}
                  ports: [{port: 8222, protocol: TCP}, {port: 7777, protocol: TCP}]
            """,
            NetworkPolicy.class);

    NetworkPolicy policy = policy("[" + OPERATOR + ", {\"ipBlock\": {\"cidr\": \"10.0.0.0/8\"}}]");

    assertThat(policy.getSpec().getIngress()).isEqualTo(expected.getSpec().getIngress());
  }

  @Test
  void doesNotRestrictEgress() {
    assertThat(policy("[]").getSpec().getPolicyTypes()).containsExactly("Ingress");
  }

  @Test
  void allowsOnlyOperatorToMonitorByDefault() {
    assertThat(policy("[]").getSpec().getIngress())
        .flatExtracting(rule -> rule.getPorts())
        .extracting(port -> port.getPort().getIntVal())
        .containsExactly(4222, 6222);
  }

  @Test
  void canBeDisabled() {
    assertThat(ServerNetworkPolicy.of(CLUSTER, NetworkPolicySettings.of("{\"enabled\": false}")))
        .isEmpty();
  }

  private static NetworkPolicy policy(String monitoringFrom) {
    String json = "{\"enabled\": true, \"monitoringFrom\": %s}".formatted(monitoringFrom);
    return ServerNetworkPolicy.of(CLUSTER, NetworkPolicySettings.of(json)).orElseThrow();
  }
}
