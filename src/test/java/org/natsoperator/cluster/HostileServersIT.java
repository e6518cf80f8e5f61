package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.HangingServers;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
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
      "{size: %d, version: 2.15.2, auth: {enableServiceAccounts: true}}".formatted(SERVERS);

  @Test
  void revocationOfOtherClusterDoesNotWaitForThem(Sandbox hostile, Sandbox victim)
      throws IOException, InterruptedException {
    victim.apply(
        Manifests.cluster(1, "2.15.2"), Manifests.serviceAccount("a"), Manifests.role("a", "foo"));
    StatefulSet victimSet = await().until(() -> victim.statefulSet(CLUSTER), Objects::nonNull);
    List<String> clusters = IntStream.range(0, CLUSTERS).mapToObj(i -> "hostile-" + i).toList();
    try (LoopbackServer server = LoopbackServer.of(victimSet, victim.client());
        HangingServers servers = HangingServers.start()) {
      victim.awaitRole("a", "InForce");
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

  private static void assertRevokedInTime(Sandbox victim, LoopbackServer server) {
    String token = victim.token("a", CLUSTER).orElseThrow();
    try (NatsClient client = server.server().login("a", token)) {
      victim.delete(victim.role("a"));
      Stopwatch.within(
          REVOCATION,
          () -> {
            assertThat(client.isConnected()).as("connected").isFalse();
            assertThat(victim.users(CLUSTER)).doesNotContain("a");
          });
    }
    assertThat(server.server().answerTo("a", token)).isEqualTo(REFUSAL);
  }
}
