package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.PodLogins.LONG;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.NO_ANSWER;
import static org.natsoperator.testing.Login.WELCOME;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.LoginInFlight;
import org.natsoperator.testing.LoginLoad;
import org.natsoperator.testing.LoginLoad.Attempt;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SeparateApiServer;

/** The only replica of the operator ends, and another one starts later. */
@LongTest
@ExtendWith(SeparateApiServer.class)
class OperatorAwayIT {

  private static final String REPLICA = "only";

  /** nats.js waits longest for an answer, and closes forever at the second refusal. */
  private static final Duration LONGEST_WAIT_OF_CLIENTS = Duration.ofSeconds(20);

  /** A new replica checks 5 seconds after its first list what the connections depend on. */
  private static final Duration CONNECTIONS_CHECKED = Duration.ofSeconds(8);

  private Sandbox sandbox;
  private OperatorProcess operator;
  private ProjectedCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    operator = OperatorProcess.start(REPLICA, sandbox.kubeconfig());
    cluster = ProjectedCluster.start(sandbox);
  }

  @AfterEach
  void stop() throws InterruptedException {
    operator.close();
    cluster.close();
  }

  /** The client has no reconnect, so its connection stays the same. */
  @Test
  void clientsStayConnectedAndNewLoginsWait() throws Exception {
    String token = cluster.podToken(POD);
    try (NatsClient client = cluster.client("any", token)) {
      operator.kill();
      await().until(() -> !cluster.isConnected(REPLICA));
      try (LoginLoad attempts = attempts(token)) {
        assertWaits(token);
        assertThat(answers(attempts)).isNotEmpty().containsOnly(NO_ANSWER);
        assertThat(client.isConnected()).isTrue();

        operator = OperatorProcess.start(REPLICA, sandbox.kubeconfig());

        await().atMost(LONG).until(() -> answers(attempts).contains(WELCOME));
        attempts.close();
        assertThat(answers(attempts)).containsOnly(NO_ANSWER, WELCOME);
      }
      await().during(CONNECTIONS_CHECKED).until(client::isConnected);
    }
  }

  /** A client that logs in again and again. */
  private LoginLoad attempts(String token) {
    return LoginLoad.start(List.of(() -> cluster.loginOnce(token)), Duration.ofMillis(100));
  }

  /** The server neither refuses a login nor closes its connection. */
  private void assertWaits(String token) {
    try (LoginInFlight login = cluster.server().begin(Map.of("user", "any", "pass", token))) {
      await().during(LONGEST_WAIT_OF_CLIENTS).until(login::isPending);
    }
  }

  private static List<String> answers(LoginLoad attempts) {
    return attempts.attempts().stream().map(Attempt::answer).toList();
  }
}
