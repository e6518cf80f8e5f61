package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.testing.FloodingServers;
import org.natsoperator.testing.HostileClusters;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.ReleaseTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SeparateApiServer;

/** Servers that send without a pause: the owner of a cluster chooses the image. */
@ReleaseTest
@ExtendWith(SeparateApiServer.class)
class FloodingServersIT {

  /** Without limits, the messages of 40 such servers exceed the heap. */
  private static final int CLUSTERS = 60;

  /** Those with 0.9 MB have twice the heap. */
  private static final int MESSAGES = 400;

  private static final Duration LONG = Duration.ofMinutes(2);

  private static final String HOSTILE =
      "{size: 1, version: 2.15.3, auth: {enableServiceAccounts: true, serviceAccountTokens:"
          + " Projected}}";

  /**
   * @param tags in a report of connections; the longest one has almost 1 MiB and is accepted
   * @param read whether the servers read what the operator sends
   */
  @ParameterizedTest(name = "{0} tags, servers read: {1}")
  @CsvSource({"19900, true", "2500, true", "2500, false"})
  void operatorServesOtherClusters(int tags, boolean read, Sandbox hostile, Sandbox victim)
      throws Exception {
    try (OperatorProcess operator = OperatorProcess.start("flooded", victim.kubeconfig());
        ProjectedCluster cluster = ProjectedCluster.start(victim);
        FloodingServers servers =
            read
                ? FloodingServers.start(FloodingServers.report(tags))
                : FloodingServers.startDeaf(FloodingServers.report(tags))) {
      HostileClusters.create(
          hostile,
          "hostile",
          CLUSTERS,
          HOSTILE,
          set -> servers.createPods(set, 1, hostile.client()));
      await().atMost(LONG).until(() -> servers.clients() >= CLUSTERS);
      String token = cluster.podToken(POD);
      long before = servers.sent();
      await()
          .atMost(LONG)
          .untilAsserted(
              () -> {
                assertThat(operator.isAlive()).isTrue();
                assertThat(cluster.login(token)).isEqualTo(WELCOME);
                assertThat(servers.sent() - before).isGreaterThan(MESSAGES);
              });
      try (NatsClient client = cluster.client("any", token)) {
        cluster.deletePod(POD);
        client.awaitClosed();
      }
      await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(REFUSAL));
      assertThat(operator.isAlive()).isTrue();
    }
  }
}
