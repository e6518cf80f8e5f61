package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.HangingServers;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;

/** Servers that accept connections and never answer: the owner of a cluster chooses the image. */
@OperatorTest
class HostileServersIT {

  private static final int CLUSTERS = 20;
  private static final int SERVERS = 4;

  /** More than the operator has reconciler threads, which wait two seconds for such a server. */
  private static final int BUSY = 60;

  private static final Duration REVOCATION = Duration.ofSeconds(1);

  /** Without a sidecar, so that the operator itself asks the servers to reload. */
  private static final String HOSTILE =
      "{size: %d, version: 2.15.3, auth: {enableServiceAccounts: true}}".formatted(SERVERS);

  @Test
  void revocationOfOtherClusterDoesNotWaitForThem(Sandbox hostile, Sandbox victim)
      throws IOException, InterruptedException {
    victim.apply(
        Manifests.cluster(1, "2.15.3"), Manifests.serviceAccount("a"), Manifests.role("a", "foo"));
    StatefulSet victimSet = await().until(() -> victim.statefulSet(CLUSTER), Objects::nonNull);
    try (LoopbackServer server = LoopbackServer.of(victimSet, victim.client())) {
      assertRevokesInTime(victim, server.server(), hostile);
    }
  }

  /** The operator asks its server to reload, as it asks theirs. */
  @Test
  void revocationOfOtherClusterWithoutSidecarDoesNotWaitForThem(Sandbox hostile, Sandbox victim)
      throws IOException, InterruptedException {
    LoopbackCluster.build("2.15.3");
    victim.apply(
        Manifests.withoutSidecar(1, "2.15.3"),
        Manifests.serviceAccount("a"),
        Manifests.role("a", "foo"));
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, victim)) {
      victim.awaitRole("a", "InForce");
      // Its server has answered the operator before.
      victim.apply(Manifests.role("a", "bar"));
      victim.awaitRole("a", "InForce");
      Pod pod = servers.pods().values().iterator().next();
      assertRevokesInTime(victim, new RunningServer(pod), hostile);
    }
  }

  private static void assertRevokesInTime(Sandbox victim, RunningServer server, Sandbox hostile)
      throws IOException, InterruptedException {
    victim.awaitRole("a", "InForce");
    List<String> clusters = IntStream.range(0, CLUSTERS).mapToObj(i -> "hostile-" + i).toList();
    try (HangingServers servers = HangingServers.start()) {
      for (String name : clusters) {
        hostile.apply(Manifests.cluster(name, HOSTILE));
      }
      for (String name : clusters) {
        StatefulSet set = await().until(() -> hostile.statefulSet(name), Objects::nonNull);
        servers.createPods(set, SERVERS, hostile.client());
      }
      await().until(() -> servers.connections() >= BUSY);

      for (int i = 0; i < 3; i++) {
        assertRevokedInTime(victim, server);
        victim.apply(Manifests.role("a", "foo"));
        victim.awaitRole("a", "InForce");
      }
    }
  }

  private static void assertRevokedInTime(Sandbox victim, RunningServer server) {
    String token = victim.token("a", CLUSTER).orElseThrow();
    try (NatsClient client = server.login("a", token)) {
      victim.delete(victim.role("a"));
      Stopwatch.within(
          REVOCATION,
          () -> {
            assertThat(client.isConnected()).as("connected").isFalse();
            assertThat(victim.users(CLUSTER)).doesNotContain("a");
          });
    }
    assertThat(server.answerTo("a", token)).isEqualTo(REFUSAL);
  }
}
