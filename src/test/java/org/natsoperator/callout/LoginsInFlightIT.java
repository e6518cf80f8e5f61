package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.WELCOME;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.ApiServerProxy;
import org.natsoperator.testing.LoginInFlight;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.OperatorProcess;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/**
 * A role is deleted while clients log in by it. The informers of a second replica lag behind, so
 * this replica grants their logins, and the first one closes the connections.
 */
@LongTest
@OperatorTest
class LoginsInFlightIT {

  private static final int LOGINS_IN_FLIGHT = 200;

  /** Some are answered before the deletion. */
  private static final int LOGINS = 300;

  private static final int MOST_ROUNDS = 10;
  private static final int LATER_LOGINS = 50;

  private static final Duration PROMISE = Duration.ofSeconds(5);

  private static final Duration LOADED_MACHINE = Duration.ofSeconds(3);

  private final List<LoginInFlight> logins = new ArrayList<>();

  private Sandbox sandbox;
  private ApiServerProxy proxy;
  private OperatorProcess replica;
  private ProjectedCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    proxy = ApiServerProxy.of(sandbox.kubeconfig());
    replica = OperatorProcess.start("lagging", proxy.kubeconfig());
    cluster = ProjectedCluster.start(sandbox);
    cluster.awaitReplicas(2);
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    logins.forEach(LoginInFlight::close);
    replica.close();
    cluster.close();
    proxy.close();
  }

  @Test
  void noneIsConnectedFiveSecondsAfterItsRoleIsDeleted() throws Exception {
    String token = cluster.podToken(POD);
    awaitBothReplicasKnow(token);
    proxy.hang();

    List<LoginInFlight> inFlight = beginLogins(token);
    sandbox.delete(sandbox.role(USER));

    Thread.sleep(PROMISE);
    await()
        .atMost(LOADED_MACHINE)
        .untilAsserted(() -> assertThat(logins).noneMatch(LoginInFlight::isConnected));
    assertThat(inFlight).as("not all were refused").anyMatch(LoginInFlight::isAccepted);
    assertLaterLoginsEnd(token);
  }

  /** Returns the logins that wait for an answer. */
  private List<LoginInFlight> beginLogins(String token) {
    List<LoginInFlight> inFlight = List.of();
    for (int i = 0; i < MOST_ROUNDS && inFlight.size() < LOGINS_IN_FLIGHT; i++) {
      begin(LOGINS, token);
      inFlight = logins.stream().filter(LoginInFlight::isPending).toList();
    }
    assertThat(inFlight).hasSizeGreaterThanOrEqualTo(LOGINS_IN_FLIGHT);
    return inFlight;
  }

  /**
   * No check of all connections happens now, so the other replica closes each as it opens. Later
   * the lagging replica would leave the logins to it.
   */
  private void assertLaterLoginsEnd(String token) {
    int before = logins.size();
    begin(LATER_LOGINS, token);
    await()
        .atMost(PROMISE)
        .untilAsserted(
            () ->
                assertThat(logins.subList(before, logins.size()))
                    .anyMatch(LoginInFlight::isAccepted)
                    .noneMatch(LoginInFlight::isConnected));
  }

  /** A server asks any of both about a login. */
  private void awaitBothReplicasKnow(String token) {
    for (int i = 0; i < 30; i++) {
      assertThat(cluster.login(token)).isEqualTo(WELCOME);
    }
  }

  private void begin(int number, String token) {
    Map<String, String> credentials = Map.of("user", "any", "pass", token);
    RunningServer server = cluster.server();
    for (int i = 0; i < number; i++) {
      logins.add(server.begin(credentials));
    }
  }
}
