package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.PodLogins.CLIENTS;
import static org.natsoperator.callout.PodLogins.LONG;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LoginLoad;
import org.natsoperator.testing.LoginLoad.Attempt;
import org.natsoperator.testing.OpenLogin;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Pauses;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** Clients log in while a second replica, in a process of its own, ends or hangs. */
@OperatorTest
class ReplicaFailuresIT {

  private static final int LOGINS_BEFORE = 100;
  private static final String REPLICA = "second";

  /** Time after which every login must be accepted. */
  private static final Duration LONGEST_GAP = Duration.ofSeconds(2);

  @Autowired private MeterRegistry meters;

  private Sandbox sandbox;
  private ProjectedCluster cluster;
  private OperatorProcess replica;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    replica = OperatorProcess.start(REPLICA, sandbox.kubeconfig());
    cluster = ProjectedCluster.start(sandbox);
    awaitReplicas("2 replicas ");
  }

  @AfterEach
  void stop() throws InterruptedException {
    replica.close();
    cluster.close();
  }

  @Test
  void loginsGoOnWhenAReplicaHangsOrEnds() throws Exception {
    assertBothReplicasAnswer();
    PodLogins.assertGoOnDuring(
        () -> {
          replica.suspend();
          // The first replica does not judge others after a pause of its own.
          Pauses.sleepWithoutPause(LONGEST_GAP);
          return replica;
        },
        cluster);
    awaitReplicas("1 replica ");
    replica.resume();
    awaitReplicas("2 replicas ");
    PodLogins.assertGoOnDuring(
        () -> {
          replica.kill();
          return await().until(() -> !cluster.isConnected(REPLICA), gone -> gone);
        },
        cluster);
    awaitReplicas("1 replica ");
  }

  private void assertBothReplicasAnswer() throws Exception {
    double before = granted();
    LoginLoad load = PodLogins.start(cluster);
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertThat(load.attempts()).hasSizeGreaterThan(2 * CLIENTS);
              assertThat(granted() - before)
                  .as("logins of the first replica; the second one answered others")
                  .isPositive()
                  .isLessThan(load.attempts().size());
            });
    load.close();
    assertThat(load.attempts()).extracting(Attempt::answer).containsOnly(WELCOME);
  }

  /** A replica may grant a login by a role whose deletion it has not seen yet. */
  @Test
  void noLoginOutlivesItsRole() throws Exception {
    Map<String, String> credentials = Map.of("user", "any", "pass", cluster.podToken(POD));
    RunningServer server = cluster.server();
    Queue<OpenLogin> logins = new ConcurrentLinkedQueue<>();
    try {
      List<Thread> threads =
          IntStream.range(0, CLIENTS)
              .mapToObj(i -> Thread.ofVirtual().start(() -> logIn(server, credentials, logins)))
              .toList();
      await().atMost(LONG).until(() -> logins.size() > LOGINS_BEFORE);
      sandbox.delete(sandbox.role(USER));
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(logins).extracting(OpenLogin::answer).contains(WELCOME);
      assertThat(logins).extracting(OpenLogin::answer).contains("PING");

      await()
          .untilAsserted(
              () ->
                  assertThat(server.connections("$G"))
                      .extracting(connection -> connection.path("authorized_user").asText())
                      .as("a connection that waits shows the name that its client sent")
                      .containsOnly("any"));
    } finally {
      logins.forEach(OpenLogin::close);
    }
  }

  /** Logs in again and again until the operator does not accept it. */
  private static void logIn(
      RunningServer server, Map<String, String> credentials, Queue<OpenLogin> logins) {
    OpenLogin login;
    do {
      login = server.open(credentials);
      logins.add(login);
    } while (WELCOME.equals(login.answer()));
  }

  private void awaitReplicas(String count) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "CalloutReady").getMessage())
                    .startsWith(count));
  }

  private double granted() {
    return ClusterCounters.sum(
        meters, sandbox, "nats.operator.callout.decisions", "result", "granted");
  }
}
