package org.natsoperator.cluster;

import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.HangingServers;
import org.natsoperator.testing.HostileClusters;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Revocations;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** Servers that accept connections and never answer: the owner of a cluster chooses the image. */
@LongTest
@OperatorTest
class HostileServersIT {

  private static final int CLUSTERS = 20;
  private static final int SERVERS = 4;

  /** More than the operator has reconciler threads, which wait two seconds for such a server. */
  private static final int BUSY = 60;

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
      throws IOException {
    victim.awaitRole("a", "InForce");
    try (HangingServers servers = HangingServers.start()) {
      HostileClusters.create(
          hostile,
          "hostile",
          CLUSTERS,
          HOSTILE,
          set -> servers.createPods(set, SERVERS, hostile.client()));
      await().until(() -> servers.connections() >= BUSY);
      new Revocations(victim, server).assertInTime();
    }
  }
}
