package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServerProxy;
import org.natsoperator.testing.LoginLoad;
import org.natsoperator.testing.LoginLoad.Attempt;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.ReleaseTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SeparateApiServer;

/** The API server does not answer the only replica of the operator for some time. */
@ReleaseTest
@ExtendWith(SeparateApiServer.class)
class ApiServerAwayIT {

  private static final String REPLICA = "behind-proxy";
  private static final Duration SHORT = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofMinutes(2);

  /** The time between two requests of a replica. */
  private static final Duration BETWEEN_REQUESTS = Duration.ofSeconds(10);

  /** Longer than the staleness. */
  private static final Duration REPLICA_LEAVES = BETWEEN_REQUESTS.multipliedBy(2);

  private static final Duration STARTED = Duration.ofMinutes(3);

  private Sandbox sandbox;
  private ApiServerProxy proxy;
  private OperatorProcess operator;
  private ProjectedCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    proxy = ApiServerProxy.of(sandbox.kubeconfig());
    operator = OperatorProcess.start(REPLICA, proxy.kubeconfig());
    cluster = ProjectedCluster.create(sandbox);
    String token = cluster.podToken(POD);
    await()
        .atMost(STARTED)
        .untilAsserted(() -> assertThat(cluster.loginOnce(token)).isEqualTo(WELCOME));
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    operator.close();
    cluster.close();
    proxy.close();
  }

  @Test
  void clientsLogInDuringShortOutage() throws Exception {
    String known = cluster.podToken(POD);
    String unknown = cluster.podToken(POD);
    assertThat(cluster.login(known)).isEqualTo(WELCOME);
    try (NatsClient client = cluster.client("any", known)) {
      proxy.hang();
      LoginLoad load =
          LoginLoad.start(
              List.of(() -> cluster.loginOnce(known), () -> cluster.loginOnce(unknown)),
              Duration.ofMillis(100));
      Thread.sleep(SHORT);
      await().atMost(STARTED).until(() -> load.attempts().size() > 20);
      proxy.resume();
      load.close();

      assertThat(load.attempts()).extracting(Attempt::answer).containsOnly(WELCOME);
      assertThat(client.isConnected()).isTrue();

      cluster.deletePod(POD);

      client.awaitClosed();
      await().untilAsserted(() -> assertThat(cluster.login(known)).isEqualTo(REFUSAL));
    }
  }

  /** Returns true if the operator has seen the newest settings of the cluster. */
  private boolean isObserved() {
    return Objects.equals(
        sandbox.clusterCondition(CLUSTER, "Ready").getObservedGeneration(),
        sandbox.cluster(CLUSTER).getMetadata().getGeneration());
  }

  /** The API server confirmed the token just before, so the replica would admit it. */
  @Test
  void loginsWaitWhenTheOutageIsLongerThanTheStaleness() throws Exception {
    cluster.set("{maxStalenessSeconds: 5}");
    await().atMost(STARTED).until(this::isObserved);
    String known = cluster.podToken(POD);
    Thread.sleep(Duration.ofSeconds(2));
    assertThat(cluster.login(known)).isEqualTo(WELCOME);
    try (NatsClient client = cluster.client("any", known)) {
      proxy.hang();
      long start = System.nanoTime();
      assertThat(cluster.login(known)).isEqualTo(WELCOME);

      await()
          .atMost(REPLICA_LEAVES.plusSeconds(10))
          .untilAsserted(() -> assertThat(cluster.loginOnce(known)).isEqualTo("PING"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(5));

      while (System.nanoTime() - start < LONG.toNanos()) {
        assertThat(client.isConnected()).isTrue();
        assertThat(cluster.isConnected(REPLICA)).as("it may have to close connections").isTrue();
        assertThat(cluster.loginOnce(known)).isEqualTo("PING");
      }
      proxy.resume();

      await().untilAsserted(() -> assertThat(cluster.login(known)).isEqualTo(WELCOME));
      assertThat(client.isConnected()).isTrue();
    }
  }

  /** No client logs in between the outages. */
  @Test
  void stalenessCountsFromTheLatestOutage() throws Exception {
    cluster.set("{maxStalenessSeconds: 5}");
    await().atMost(STARTED).until(this::isObserved);
    String first = cluster.podToken(POD);
    String second = cluster.podToken(POD);
    Thread.sleep(Duration.ofSeconds(2));
    proxy.hang();
    assertThat(cluster.login(first)).isEqualTo(WELCOME);
    proxy.resume();
    Thread.sleep(BETWEEN_REQUESTS.plusSeconds(5));

    proxy.hang();

    assertThat(cluster.login(second)).isEqualTo(WELCOME);
  }
}
