package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Clients;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.PodProcesses;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.RunningServer.ClosedConnection;
import org.natsoperator.testing.Sandbox;

/** Permissions are revoked while the servers are busy with something else. */
@NodeTest
class RevocationIT {

  /** A reloader that has just sent a signal sees the next change one second later. */
  private static final Duration BETWEEN_EDITS = Duration.ofSeconds(2);

  /**
   * The operator reports a server that rejects its file after 10 seconds. A draining server needs
   * more time.
   */
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private static final int CLIENTS = 60;

  @Test
  void revokedUserIsRejectedByOldAndNewServersDuringRollout(Sandbox sandbox) {
    RunningCluster cluster =
        RunningCluster.start(sandbox, Manifests.cluster(3, "2.10.27"), "leaver", "stayer");
    String token = cluster.token("leaver");
    try (Clients leavers = cluster.login("leaver");
        Clients stayers = cluster.login("stayer")) {
      RunningServer before = cluster.server(3).orElseThrow();
      sandbox.apply(Manifests.cluster(3, "2.15.3"));
      await()
          .atMost(TIMEOUT)
          .until(
              () ->
                  cluster
                      .server(3)
                      .filter(server -> !server.equals(before))
                      .filter(server -> server.version().equals("2.15.3"))
                      .isPresent());
      RunningServer replaced = cluster.server(3).orElseThrow();
      List.of(leavers, stayers).forEach(clients -> clients.loginTo(replaced));
      sandbox.delete(sandbox.role("leaver"));
      leavers.awaitDisconnected();
      assertThat(cluster.servers())
          .extracting(RunningServer::version)
          .as("versions during the rollout")
          .contains("2.10.27", "2.15.3");
      assertThat(cluster.servers())
          .filteredOn(RunningServer::listens)
          .hasSizeGreaterThanOrEqualTo(2)
          .allSatisfy(
              server -> assertThat(server.answerTo("leaver", token)).isEqualTo(Login.REFUSAL));
      List<String> listening =
          cluster.servers().stream()
              .filter(RunningServer::listens)
              .map(RunningServer::uid)
              .toList();
      assertThat(stayers.disconnectedBy())
          .extracting(RunningServer::uid)
          .doesNotContainAnyElementsOf(listening);
      cluster.pods().stream()
          .map(RunningServer::new)
          .forEach(server -> assertOnlyLostToShutdown(server, "stayer"));
      cluster.awaitReady();
      assertThat(cluster.servers()).extracting(RunningServer::version).containsOnly("2.15.3");
      assertThat(cluster.servers())
          .isNotEmpty()
          .allSatisfy(
              server -> assertThat(server.answerTo("leaver", token)).isEqualTo(Login.REFUSAL));
      assertThat(cluster.servers())
          .isNotEmpty()
          .allSatisfy(
              server ->
                  assertThat(server.answerTo("stayer", cluster.token("stayer")))
                      .isEqualTo(Login.WELCOME));
    }
  }

  @Test
  void lameDuckServerDisconnectsOnlyClientsThatLostPermissions(Sandbox sandbox)
      throws InterruptedException {
    RunningCluster cluster =
        RunningCluster.start(sandbox, slowLameDucks(), "leaver", "narrowed", "stayer");
    RunningServer draining = cluster.server(3).orElseThrow();
    try (Clients leavers = cluster.login("leaver");
        Clients narrowed = cluster.login("narrowed");
        Clients stayers = cluster.login("stayer")) {
      for (int i = 1; i < CLIENTS; i++) {
        stayers.loginTo(draining);
      }
      sandbox.delete(draining.pod());
      await().until(() -> !draining.listens());
      sandbox.apply(Manifests.role("narrowed", "farewells"));
      RunningCluster.awaitAtOnce(() -> narrowed.connectedTo(draining) == 0);
      TimeUnit.MILLISECONDS.sleep(BETWEEN_EDITS.toMillis());
      sandbox.delete(sandbox.role("leaver"));
      leavers.awaitDisconnected();
      assertThat(draining.closedConnections())
          .as("connections that the operator closed")
          .filteredOn(closed -> closed.reason().equals(RunningServer.KICKED))
          .extracting(ClosedConnection::user)
          .isSubsetOf("leaver", "narrowed");
      assertOnlyLostToShutdown(draining, "stayer");
      assertThat(stayers.connectedTo(draining))
          .as("clients of other users on the draining server")
          .isPositive();
      assertThat(stayers.connectedTo())
          .filteredOn(server -> !server.uid().equals(draining.uid()))
          .hasSize(2);
      assertThat(narrowed.connectedTo())
          .as("with fewer permissions, on the servers that stay")
          .hasSize(2);
    }
  }

  @Test
  void serverThatMissesReloadBlocksNoOtherAndRecovers(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "leaver", "stayer");
    RunningServer deaf = cluster.server(2).orElseThrow();
    PodProcesses reloader = PodProcesses.of(deaf.pod(), "reloader");
    reloader.signal("STOP");
    try (Clients leavers = cluster.login("leaver");
        Clients stayers = cluster.login("stayer")) {
      sandbox.delete(sandbox.role("leaver"));
      RunningCluster.awaitAtOnce(() -> leavers.connectedTo().equals(List.of(deaf)));
      await()
          .atMost(TIMEOUT)
          .untilAsserted(() -> assertThat(applied(sandbox).getReason()).isEqualTo("ServerRefuses"));
      assertThat(applied(sandbox).getMessage())
          .contains(deaf.name())
          .doesNotContain(CLUSTER + "-1", CLUSTER + "-3");
      reloader.signal("CONT");
      await().until(() -> leavers.connectedTo().isEmpty());
      await().untilAsserted(() -> assertThat(applied(sandbox).getStatus()).isEqualTo("True"));
      assertThat(stayers.disconnectedBy()).isEmpty();
    } finally {
      reloader.signal("CONT");
    }
  }

  /** In lame duck mode a server closes all connections itself. This is not a revocation. */
  private static void assertOnlyLostToShutdown(RunningServer server, String user) {
    assertThat(server.closedConnections())
        .as("closed connections at %s", server.name())
        .filteredOn(closed -> closed.user().equals(user))
        .extracting(ClosedConnection::reason)
        .allMatch(RunningServer.SHUTDOWN::equals);
  }

  /**
   * The server closes one connection per second, so that some clients stay connected to the end.
   */
  private static String slowLameDucks() {
    return Manifests.cluster().replace("size: 3\n", "size: 3\n  lameDuckDurationSeconds: 120\n");
  }

  private static Condition applied(Sandbox sandbox) {
    return sandbox.clusterCondition(CLUSTER, "ConfigApplied");
  }
}
