package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.PodLogins.LONG;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.WELCOME;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServerProxy;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.ReleaseTest;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SeparateApiServer;

/** One of two replicas loses the API server, but not the servers. */
@ReleaseTest
@ExtendWith(SeparateApiServer.class)
class PartitionedReplicaIT {

  private static final String HEALTHY = "healthy";
  private static final String PARTITIONED = "partitioned";

  @AutoClose private ApiServerProxy proxy;
  @AutoClose private OperatorProcess healthy;
  @AutoClose private OperatorProcess partitioned;
  @AutoClose private ProjectedCluster cluster;
  private String token;

  @BeforeEach
  void start(Sandbox sandbox) {
    proxy = ApiServerProxy.of(sandbox.kubeconfig());
    healthy = OperatorProcess.start(HEALTHY, sandbox.kubeconfig());
    cluster = ProjectedCluster.start(2, sandbox);
    partitioned = OperatorProcess.start(PARTITIONED, proxy.kubeconfig());
    token = cluster.podToken(POD);
    awaitAnswering(HEALTHY, PARTITIONED);
  }

  /** Its caches are old: it would admit clients whose role has changed. */
  @Test
  void leavesLoginsToTheOtherWhileThatIsHealthy() {
    proxy.hang();
    awaitAnswering(HEALTHY);
    assertThat(cluster.isConnected(PARTITIONED)).as("it may have to take over").isTrue();
    assertThat(IntStream.range(0, 20).mapToObj(i -> cluster.login(token))).containsOnly(WELCOME);

    proxy.resume();
    awaitAnswering(HEALTHY, PARTITIONED);

    proxy.hang();
    awaitAnswering(HEALTHY);
    healthy.kill();
    awaitAnswering(PARTITIONED);
    assertThat(cluster.login(token)).isEqualTo(WELCOME);
  }

  private void awaitAnswering(String... replicas) {
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(answering()).containsExactlyInAnyOrder(replicas));
  }

  /** The replicas that the servers ask about logins. */
  private Set<String> answering() {
    return cluster.pods().stream()
        .flatMap(pod -> new RunningServer(pod).connections("$SYS").stream())
        .filter(
            connection ->
                connection
                    .path("subscriptions_list_detail")
                    .valueStream()
                    .anyMatch(
                        subscription ->
                            CalloutConnector.SUBJECT.equals(subscription.path("subject").asText())))
        .map(connection -> connection.path("name").asText())
        .map(name -> name.substring(name.indexOf('/') + 1))
        .collect(Collectors.toSet());
  }
}
