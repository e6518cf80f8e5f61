package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Clients;
import org.natsoperator.testing.LongNodeTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** Changes of a cluster that fail or are interrupted. */
@LongNodeTest
class ChangesIT {

  /** A version without an image. */
  private static final String MISSING_VERSION = "2.14.99";

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  /** The shortest duration that nats-server accepts. */
  private static final Duration LAME_DUCK = Duration.ofSeconds(30);

  @Test
  void failedRolloutStopsAtFirstServerAndContinuesAfterFix(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "leaver", "stayer");
    RunningServer first = cluster.server(1).orElseThrow();
    RunningServer second = cluster.server(2).orElseThrow();
    String token = cluster.token("leaver");
    try (Clients leavers = cluster.login("leaver");
        Clients stayers = cluster.login("stayer")) {
      sandbox.apply(Manifests.cluster(3, MISSING_VERSION));
      await()
          .atMost(TIMEOUT)
          .untilAsserted(() -> assertThat(ready(sandbox).getReason()).isEqualTo("ServerFails"));
      assertThat(ready(sandbox).getMessage()).contains(CLUSTER + "-3", "nats:" + MISSING_VERSION);
      sandbox.delete(sandbox.role("leaver"));
      leavers.awaitDisconnected();
      await()
          .during(Duration.ofSeconds(5))
          .until(() -> names(stayers.connectedTo()).equals(List.of(first.name(), second.name())));
      sandbox.apply(Manifests.cluster());
      cluster.awaitReady();
      assertThat(uids(cluster)).startsWith(first.uid(), second.uid()).hasSize(3);
      assertThat(names(stayers.connectedTo())).containsExactly(first.name(), second.name());
    }
    assertThat(cluster.servers())
        .isNotEmpty()
        .allSatisfy(server -> assertThat(server.version()).isEqualTo("2.15.3"))
        .allSatisfy(server -> assertThat(server.answerTo("leaver", token)).isEqualTo(REFUSAL))
        .allSatisfy(
            server ->
                assertThat(server.answerTo("stayer", cluster.token("stayer"))).isEqualTo(WELCOME));
  }

  @Test
  void failedRolloutContinuesWithThirdVersion(Sandbox sandbox) {
    RunningCluster cluster =
        RunningCluster.start(sandbox, Manifests.cluster(2, "2.15.3"), "stayer");
    sandbox.apply(Manifests.cluster(2, MISSING_VERSION));
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(ready(sandbox).getReason()).isEqualTo("ServerFails"));
    sandbox.apply(Manifests.cluster(2, "2.10.27"));
    cluster.awaitReady();
    assertThat(cluster.servers())
        .extracting(RunningServer::version)
        .containsExactly("2.10.27", "2.10.27");
    assertThat(cluster.servers())
        .isNotEmpty()
        .allSatisfy(
            server ->
                assertThat(server.answerTo("stayer", cluster.token("stayer"))).isEqualTo(WELCOME));
  }

  @Test
  void replacesServersWithoutLameDuckModeOneByOne(Sandbox sandbox) {
    RunningCluster cluster =
        RunningCluster.start(sandbox, Manifests.cluster(2, "1.2.0"), "leaver", "stayer");
    String token = cluster.token("leaver");
    sandbox.apply(Manifests.cluster(2, "2.15.3"));
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                cluster.servers().stream()
                    .map(RunningServer::version)
                    .toList()
                    .equals(List.of("1.2.0", "2.15.3")));
    sandbox.delete(sandbox.role("leaver"));
    cluster.awaitReady();
    assertThat(cluster.servers())
        .isNotEmpty()
        .allSatisfy(server -> assertThat(server.version()).isEqualTo("2.15.3"))
        .allSatisfy(server -> assertThat(server.answerTo("leaver", token)).isEqualTo(REFUSAL))
        .allSatisfy(
            server ->
                assertThat(server.answerTo("stayer", cluster.token("stayer"))).isEqualTo(WELCOME));
  }

  /** No other server could close the connections of a user that loses permissions meanwhile. */
  @Test
  void singleServerDisconnectsAllClientsWithinLameDuckDuration(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, singleServer("2.15.3"), "leaver");
    RunningServer only = cluster.server(1).orElseThrow();
    String token = cluster.token("leaver");
    try (Clients leavers = cluster.login("leaver")) {
      sandbox.apply(singleServer("2.10.27"));
      await().atMost(TIMEOUT).until(() -> !only.listens());
      sandbox.delete(sandbox.role("leaver"));
      leavers.awaitDisconnected(LAME_DUCK.plusSeconds(15));
    }
    cluster.awaitReady();
    assertThat(cluster.servers())
        .singleElement()
        .satisfies(server -> assertThat(server.answerTo("leaver", token)).isEqualTo(REFUSAL));
  }

  @Test
  void pausedClusterKeepsServersAndAppliesRoles(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "leaver", "stayer");
    List<String> before = uids(cluster);
    try (Clients leavers = cluster.login("leaver");
        Clients stayers = cluster.login("stayer")) {
      sandbox.apply(Manifests.cluster(3, "2.10.27").replace("size:", "paused: true\n  size:"));
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition(CLUSTER, "Managed").getReason())
                      .isEqualTo("Paused"));
      sandbox.delete(sandbox.role("leaver"));
      leavers.awaitDisconnected();
      cluster.applyRole("newcomer");
      cluster.awaitInForce("newcomer");
      sandbox.delete(
          sandbox.client().services().inNamespace(sandbox.namespace()).withName(CLUSTER).get());
      await()
          .during(Duration.ofSeconds(3))
          .until(() -> uids(cluster).equals(before) && service(sandbox) == 0);
      assertThat(stayers.disconnectedBy()).isEmpty();
    }
    sandbox.apply(Manifests.cluster(4, "2.10.27"));
    cluster.awaitReady();
    assertThat(service(sandbox)).isEqualTo(1);
    assertThat(cluster.servers())
        .extracting(RunningServer::version)
        .hasSize(4)
        .containsOnly("2.10.27");
  }

  private static String singleServer(String version) {
    return Manifests.cluster(1, version)
        .replace(
            "size: 1\n",
            "size: 1\n  lameDuckDurationSeconds: %d\n".formatted(LAME_DUCK.toSeconds()));
  }

  private static long service(Sandbox sandbox) {
    return sandbox.client().services().inNamespace(sandbox.namespace()).list().getItems().stream()
        .filter(service -> service.getMetadata().getName().equals(CLUSTER))
        .count();
  }

  private static List<String> names(List<RunningServer> servers) {
    return servers.stream().map(RunningServer::name).toList();
  }

  private static List<String> uids(RunningCluster cluster) {
    return cluster.servers().stream().map(RunningServer::uid).toList();
  }

  private static Condition ready(Sandbox sandbox) {
    return sandbox.clusterCondition(CLUSTER, "Ready");
  }
}
