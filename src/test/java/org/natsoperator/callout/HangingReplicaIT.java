package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.nats.client.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** A replica that hangs is disconnected, or servers would ask it for minutes. */
@OperatorTest
class HangingReplicaIT {

  @Autowired private SystemAccountClient systemAccount;

  /** A replica that pauses itself does not judge others, so a pause of this machine delays it. */
  @Test
  void losesItsConnection(Sandbox sandbox) throws Exception {
    try (ProjectedCluster cluster = ProjectedCluster.start(sandbox)) {
      String token = cluster.podToken(POD);
      await()
          .ignoreException(ConditionTimeoutException.class)
          .untilAsserted(() -> assertIsDisconnected(sandbox.cluster(CLUSTER), cluster));
      // Now no login gets lost, except while this machine pauses.
      await()
          .untilAsserted(
              () ->
                  assertThat(IntStream.range(0, 10).mapToObj(i -> cluster.loginOnce(token)))
                      .containsOnly(WELCOME));
    }
  }

  private void assertIsDisconnected(NatsCluster object, ProjectedCluster cluster) throws Exception {
    String uid = object.getMetadata().getUid();
    try (Connection hanging = systemAccount.open(object, cluster.pods(), "hanging")) {
      hanging
          .createDispatcher(message -> {})
          .subscribe(CalloutConnector.SUBJECT, CalloutConnector.QUEUE + uid);
      hanging.publish(
          Heartbeats.SUBJECT + uid,
          Heartbeats.content(Heartbeats.key(hanging), UUID.randomUUID().toString()).getBytes());
      hanging.flush(Duration.ofMinutes(1));

      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(hanging.getStatus()).isEqualTo(Connection.Status.CLOSED));
    }
  }
}
