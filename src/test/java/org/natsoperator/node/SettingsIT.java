package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Clients;
import org.natsoperator.testing.LongNodeTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NodeImages;
import org.natsoperator.testing.OneAttempt;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** Settings of a spec take effect on running pods and servers. */
@LongNodeTest
class SettingsIT {

  private static final String SPEC =
      """
      size: 2
      version: "%s"
      noAdvertise: %s
      auth: {enableServiceAccounts: true}
      pod:
        enableConfigReload: true
        nodeSelector: {kubernetes.io/os: linux}
        tolerations: [{key: example.com/nats, operator: Exists}]
        natsEnv: [{name: GREETING, value: hello}]
        reloaderResources: {requests: {cpu: 5m}}
      """;

  @BeforeAll
  static void loadServers() {
    NodeImages.loadServers("1.4.1", "2.6.1");
  }

  /** With an image of the sidecar that has no entry point, like the oldest published ones. */
  @ParameterizedTest
  @ValueSource(strings = {"1.4.1", "2.6.1", "2.10.27", "2.15.3"})
  void sidecarReloadsServers(String version, Sandbox sandbox) {
    RunningCluster cluster =
        RunningCluster.start(sandbox, Manifests.cluster(SPEC.formatted(version, "false")), "user");
    try (Clients earlier = cluster.login("user")) {
      cluster.applyRole("later");
      cluster.awaitInForce("later");

      try (Clients later = cluster.login("later")) {
        assertThat(later.connectedTo()).hasSize(2);
      }
      assertThat(earlier.connectedTo()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.2.0", "2.10.27", "2.15.3"})
  void serversWithNoAdvertiseDoNotAdvertiseEachOther(String version, Sandbox sandbox)
      throws IOException {
    RunningCluster cluster =
        RunningCluster.start(sandbox, Manifests.cluster(SPEC.formatted(version, "true")), "user");
    assertThat(cluster.servers()).hasSize(2);
    for (RunningServer server : cluster.servers()) {
      assertThat(info(server)).startsWith("INFO ").doesNotContain("connect_urls");
      assertHasSettingsOfSpec(server.pod());
    }
  }

  /** A server is ready before its route to the other exists. */
  @Test
  void serversAdvertiseEachOtherByDefault(Sandbox sandbox) {
    RunningCluster cluster =
        RunningCluster.start(sandbox, Manifests.cluster(SPEC.formatted("2.15.3", "false")), "user");
    for (RunningServer server : cluster.servers()) {
      await().untilAsserted(() -> assertThat(info(server)).contains("connect_urls"));
    }
  }

  @Test
  void budgetBlocksEvictionOfSecondServer(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster());
    var budget =
        sandbox
            .client()
            .policy()
            .v1()
            .podDisruptionBudget()
            .inNamespace(sandbox.namespace())
            .withName(CLUSTER);
    await()
        .until(
            () ->
                budget.get().getStatus() != null
                    && budget.get().getStatus().getDisruptionsAllowed() == 1);
    assertThat(evict(cluster.server(1).orElseThrow(), sandbox)).isTrue();
    assertThat(evict(cluster.server(2).orElseThrow(), sandbox)).isFalse();
    cluster.awaitReady();
  }

  private static boolean evict(RunningServer server, Sandbox sandbox) {
    return OneAttempt.of(sandbox.client()).pods().resource(server.pod()).evict();
  }

  private static void assertHasSettingsOfSpec(Pod pod) {
    assertThat(pod.getSpec().getNodeSelector()).containsEntry("kubernetes.io/os", "linux");
    assertThat(pod.getSpec().getTolerations())
        .anyMatch(toleration -> "example.com/nats".equals(toleration.getKey()));
    assertThat(container("nats", pod).getEnv())
        .anyMatch(
            variable ->
                variable.getName().equals("GREETING") && variable.getValue().equals("hello"));
    assertThat(container("reloader", pod).getResources().getRequests())
        .containsEntry("cpu", new Quantity("5m"));
  }

  private static Container container(String name, Pod pod) {
    return pod.getSpec().getContainers().stream()
        .filter(container -> container.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The first line that a server sends. */
  private static String info(RunningServer server) throws IOException {
    URI address = URI.create(server.url());
    try (Socket socket = new Socket(address.getHost(), address.getPort());
        var lines =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      return lines.readLine();
    }
  }
}
