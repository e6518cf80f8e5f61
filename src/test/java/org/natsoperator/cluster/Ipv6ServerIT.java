package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/**
 * A server whose pod has only an IPv6 address. Without the sidecar, the operator itself reloads it
 * by a connection to this address, and reads its monitoring port. Clients and routes use names.
 */
@OperatorTest
class Ipv6ServerIT {

  @Test
  void changesOfRolesTakeEffectOnIpv6Server(Sandbox sandbox) throws Exception {
    sandbox.apply(
        Manifests.cluster("size: 1\nversion: \"2.15.3\"\nauth: {enableServiceAccounts: true}\n"),
        Manifests.serviceAccount("user"),
        Manifests.serviceAccount("leaver"),
        Manifests.role("user", "foo"),
        Manifests.role("leaver", "foo"));
    try (LoopbackCluster servers = LoopbackCluster.ofIpv6(CLUSTER, sandbox)) {
      awaitInForce(sandbox, "user");
      awaitInForce(sandbox, "leaver");
      awaitReady(sandbox);
      Pod pod = servers.pods().get(CLUSTER + "-1");
      assertThat(InetAddress.getByName(pod.getStatus().getPodIP()))
          .isInstanceOf(Inet6Address.class);
      RunningServer server = new RunningServer(pod);
      String token = sandbox.token("user", CLUSTER).orElseThrow();
      String ofLeaver = sandbox.token("leaver", CLUSTER).orElseThrow();
      assertThat(server.answerTo("leaver", ofLeaver)).isEqualTo(WELCOME);

      Map<String, String> before = servers.uids();
      sandbox.delete(sandbox.role("leaver"));
      sandbox.apply(Manifests.role("user", "foo", "bar"));
      awaitInForce(sandbox, "user");
      try (NatsClient client = server.login("user", token)) {
        assertThat(client.publish("bar", client)).isEqualTo(NatsClient.Verdict.ALLOWED);
        assertThat(client.publish("foo", client)).isEqualTo(NatsClient.Verdict.ALLOWED);
      }
      assertThat(server.answerTo("leaver", ofLeaver)).isEqualTo(REFUSAL);
      awaitReady(sandbox);
      assertThat(servers.uids()).as("reloaded, not restarted").isEqualTo(before);
      assertReportedAndAddressedByName(sandbox);
    }
  }

  private static void assertReportedAndAddressedByName(Sandbox sandbox) {
    NatsClusterStatus status = sandbox.cluster(CLUSTER).getStatus();
    assertThat(status.servers()).isEqualTo("1/1");
    assertThat(status.currentVersion()).isEqualTo("2.15.3");
    assertThat(sandbox.configs(CLUSTER).values())
        .allSatisfy(
            file -> {
              assertThat(file.text()).doesNotContain("::1");
              assertThat(file.parse().at("/cluster/routes").valueStream())
                  .allMatch(route -> route.asText().contains(CLUSTER + "-1." + CLUSTER));
            });
  }

  private static void awaitReady(Sandbox sandbox) {
    await()
        .untilAsserted(
            () -> {
              Condition ready = sandbox.clusterCondition(CLUSTER, "Ready");
              assertThat(ready.getReason()).as(ready.getMessage()).isEqualTo("AllServersReady");
              assertThat(sandbox.clusterCondition(CLUSTER, "ConfigApplied").getStatus())
                  .isEqualTo("True");
            });
  }

  private static void awaitInForce(Sandbox sandbox, String role) {
    await()
        .untilAsserted(
            () -> {
              Condition ready = sandbox.roleCondition(role, "Ready");
              assertThat(ready.getReason()).as(ready.getMessage()).isEqualTo("InForce");
              assertThat(ready.getObservedGeneration())
                  .isEqualTo(sandbox.role(role).getMetadata().getGeneration());
            });
  }
}
