package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.nats.client.Connection;
import java.time.Duration;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** Servers would ask it for minutes, and each such login would wait for an answer. */
@OperatorTest
class HangingReplicaIT {

  @Autowired private SystemAccountClient systemAccount;

  private Sandbox sandbox;
  private ProjectedCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    cluster = ProjectedCluster.start(sandbox);
  }

  @AfterEach
  void stop() throws InterruptedException {
    cluster.close();
  }

  /** A replica that pauses itself does not judge others, so a pause of this machine delays it. */
  @Test
  void losesItsConnection() {
    String token = cluster.podToken(POD);
    await()
        .ignoreException(ConditionTimeoutException.class)
        .untilAsserted(this::assertIsDisconnected);
    // Now no login gets lost, except while this machine pauses.
    await()
        .untilAsserted(
            () ->
                assertThat(IntStream.range(0, 10).mapToObj(i -> cluster.loginOnce(token)))
                    .containsOnly(WELCOME));
  }

  private void assertIsDisconnected() throws Exception {
    NatsCluster object = sandbox.cluster(CLUSTER);
    String uid = object.getMetadata().getUid();
    try (Connection hanging =
        systemAccount.open(object, cluster.pods(), "hanging", (changed, event) -> {})) {
      hanging
          .createDispatcher(message -> {})
          .subscribe(CalloutConnector.SUBJECT, CalloutConnector.QUEUE + uid);
      hanging.publish(
          Heartbeats.SUBJECT + uid, Heartbeats.content(Heartbeats.key(hanging)).getBytes());
      hanging.flush(Duration.ofMinutes(1));

      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(hanging.getStatus()).isEqualTo(Connection.Status.CLOSED));
    }
  }
}
