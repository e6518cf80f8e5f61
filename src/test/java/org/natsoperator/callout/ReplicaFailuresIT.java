package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.PodLogins.CLIENTS;
import static org.natsoperator.callout.PodLogins.LONG;
import static org.natsoperator.testing.Login.WELCOME;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LoginLoad;
import org.natsoperator.testing.LoginLoad.Attempt;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** Clients log in while a second replica, in a process of its own, ends or hangs. */
@LongTest
@OperatorTest
class ReplicaFailuresIT {

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
    cluster.awaitReplicas(2);
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
          PodLogins.suspend(replica, LONGEST_GAP);
          return replica;
        },
        cluster);
    cluster.awaitReplicas(1);
    replica.resume();
    cluster.awaitReplicas(2);
    PodLogins.assertGoOnDuring(
        () -> {
          replica.kill();
          return await().until(() -> !cluster.isConnected(REPLICA), gone -> gone);
        },
        cluster);
    cluster.awaitReplicas(1);
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

  private double granted() {
    return ClusterCounters.sum(
        meters, sandbox, "nats.operator.callout.decisions", "result", "granted");
  }
}
