package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.natsoperator.callout.connections.Peers;
import org.natsoperator.testing.LoginLoad;
import org.natsoperator.testing.LoginLoad.Attempt;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.Pauses;

/** Clients that log in with tokens of a pod while replicas of the operator fail. */
final class PodLogins {

  /** Logins at a time. */
  static final int CLIENTS = 8;

  /** A loaded machine needs more than a minute to start a replica. */
  static final Duration LONG = Duration.ofMinutes(3);

  private PodLogins() {}

  /** Logs in again and again. */
  static LoginLoad start(ProjectedCluster cluster) {
    String token = cluster.podToken(POD);
    Supplier<String> login = () -> cluster.server().answerTo("any", token);
    return LoginLoad.start(Collections.nCopies(CLIENTS, login), Duration.ofMillis(10));
  }

  /**
   * Suspends a replica; returns when the others must have closed its connections. They wait again
   * after a pause of the machine that delays their own heartbeats by {@link Peers#INTERVAL}.
   *
   * @param time in which they close the connections without a pause
   */
  static void suspend(OperatorProcess replica, Duration time) throws Exception {
    replica.suspend();
    Pauses.sleepWithoutPause(time, Peers.INTERVAL);
  }

  /**
   * Runs a failure of a replica during logins. No login may be refused: clients of lost requests
   * try again. After the failure, every new login must be accepted.
   */
  static void assertGoOnDuring(Callable<?> failure, ProjectedCluster cluster) throws Exception {
    try (LoginLoad load = start(cluster)) {
      await().atMost(LONG).until(() -> load.attempts().size() > CLIENTS);
      failure.call();
      assertAccepted(cluster);
      load.close();
      assertThat(load.attempts()).extracting(Attempt::answer).doesNotContain(REFUSAL);
    }
  }

  /** Uses new clients, since earlier ones may still wait for a lost answer. */
  private static void assertAccepted(ProjectedCluster cluster) throws InterruptedException {
    try (LoginLoad load = start(cluster)) {
      await().atMost(LONG).until(() -> load.attempts().size() > 2 * CLIENTS);
      load.close();
      assertThat(load.attempts()).extracting(Attempt::answer).containsOnly(WELCOME);
    }
  }
}
