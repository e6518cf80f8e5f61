package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** The operator is connected to two servers of a cluster, so that it answers when one ends. */
@OperatorTest
class SpareConnectionIT {

  @Autowired private SystemAccountClient systemAccount;
  @Autowired private ThreadPoolTaskScheduler scheduler;

  @Test
  void answersWhileTheOtherConnectionIsLost(Sandbox sandbox) throws Exception {
    try (ProjectedCluster cluster = ProjectedCluster.start(2, sandbox)) {
      String token = cluster.podToken(POD);
      List<RunningServer> servers = cluster.pods().stream().map(RunningServer::new).toList();
      for (RunningServer server : servers) {
        await().untilAsserted(() -> assertThat(servers).allMatch(each -> ids(each).size() == 1));
        CountDownLatch end = holdChecks();
        try {
          systemAccount.close(
              sandbox.cluster(CLUSTER), server.pod(), server.serverId(), ids(server));
          await().untilAsserted(() -> assertThat(ids(server)).isEmpty());
          // A pause of this machine can delay an answer.
          await().untilAsserted(() -> assertThat(server.answerTo("any", token)).isEqualTo(WELCOME));
          assertThat(ids(server)).as("no check ran").isEmpty();
        } finally {
          end.countDown();
        }
      }
    }
  }

  /** The operator followed the client's connection through the one that is lost, or the other. */
  @Test
  void followsClientsThroughTheConnectionThatRemains(Sandbox sandbox) throws Exception {
    try (ProjectedCluster cluster = ProjectedCluster.start(2, sandbox)) {
      List<RunningServer> servers = cluster.pods().stream().map(RunningServer::new).toList();
      for (RunningServer server : servers) {
        await().untilAsserted(() -> assertThat(servers).allMatch(each -> ids(each).size() == 1));
        try (NatsClient client = cluster.client("any", cluster.podToken(POD))) {
          systemAccount.close(
              sandbox.cluster(CLUSTER), server.pod(), server.serverId(), ids(server));
          sandbox.apply(Manifests.role(USER, server.name()));

          client.awaitClosed();
        }
      }
    }
  }

  /** Returns when all threads of the scheduler wait, so that no lost connection is replaced. */
  private CountDownLatch holdChecks() throws InterruptedException {
    int threads = scheduler.getScheduledThreadPoolExecutor().getCorePoolSize();
    CountDownLatch waiting = new CountDownLatch(threads);
    CountDownLatch end = new CountDownLatch(1);
    for (int i = 0; i < threads; i++) {
      scheduler.submit(
          () -> {
            waiting.countDown();
            end.await();
            return null;
          });
    }
    waiting.await();
    return end;
  }

  /** The operator's connections through which the server asks about logins. */
  private static List<Long> ids(RunningServer server) {
    return server.connections("$SYS").stream()
        .filter(connection -> connection.path("name").asText().startsWith("nats-operator/"))
        .map(connection -> connection.path("cid").asLong())
        .toList();
  }
}
