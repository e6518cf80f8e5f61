package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.HangingServers;
import org.natsoperator.testing.Manifests;
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
      throws IOException {
    victim.apply(
        Manifests.cluster(1, "2.15.2"), Manifests.serviceAccount("a"), Manifests.role("a", "foo"));
    await().untilAsserted(() -> assertThat(victim.users(CLUSTER)).contains("a"));
    List<String> clusters = IntStream.range(0, CLUSTERS).mapToObj(i -> "hostile-" + i).toList();
    clusters.forEach(name -> hostile.apply(Manifests.cluster(name, HOSTILE)));
    try (HangingServers servers = HangingServers.start()) {
      for (String name : clusters) {
        StatefulSet set = await().until(() -> hostile.statefulSet(name), Objects::nonNull);
        servers.createPods(set, SERVERS, hostile.client());
      }
      await().until(() -> servers.connections() >= BUSY);

      for (int i = 0; i < 3; i++) {
        victim.delete(victim.role("a"));
        Stopwatch.within(REVOCATION, () -> assertThat(victim.users(CLUSTER)).doesNotContain("a"));
        victim.apply(Manifests.role("a", "foo"));
        await().untilAsserted(() -> assertThat(victim.users(CLUSTER)).contains("a"));
      }
    }
  }
}
