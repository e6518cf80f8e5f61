package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import io.fabric8.kubernetes.client.dsl.PodResource;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;

/** Only the deletion of its pod disconnects a client, not an event before it. */
@LongTest
@OperatorTest
class PodDeletionsIT {

  private static final int GRACE_SECONDS = 300;

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

  /** Its containers need NATS to shut down. The pod exists until its kubelet has stopped them. */
  @Test
  void terminatingPodIsConnectedUntilItIsDeleted() throws Exception {
    sandbox.apply(PodTokens.pod("terminating", USER) + "  nodeName: any\n");
    String token = cluster.podToken("terminating");
    try (NatsClient client = cluster.client("any", token)) {
      PodResource pod =
          sandbox.client().pods().inNamespace(sandbox.namespace()).withName("terminating");
      pod.withGracePeriod(GRACE_SECONDS).delete();
      assertThat(pod.get().getMetadata().getDeletionTimestamp()).isNotNull();

      await()
          .during(Duration.ofSeconds(2))
          .untilAsserted(() -> assertThat(client.isConnected()).isTrue());
      assertThat(cluster.login(token)).isEqualTo(WELCOME);

      cluster.deletePod("terminating");

      client.awaitClosed();
      assertThat(cluster.login(token)).isEqualTo(REFUSAL);
    }
  }

  /** No informer watches it, so the operator asks the API server from time to time. */
  @Test
  void podWithoutLabelIsConnectedUntilItIsDeleted() throws Exception {
    sandbox.apply(PodTokens.pod("unlabelled", USER, "{}"));
    String token = cluster.podToken("unlabelled");
    try (NatsClient client = cluster.client("any", token)) {
      assertThat(client.isConnected()).isTrue();

      cluster.deletePod("unlabelled");

      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(() -> assertThat(client.isConnected()).isFalse());
      await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(REFUSAL));
    }
  }

  @Test
  void podThatLosesItsLabelStaysConnected() throws Exception {
    String token = cluster.podToken(POD);
    try (NatsClient client = cluster.client("any", token)) {
      sandbox
          .client()
          .pods()
          .inNamespace(sandbox.namespace())
          .withName(POD)
          .edit(
              pod -> {
                pod.getMetadata().setLabels(null);
                return pod;
              });

      await()
          .during(Duration.ofSeconds(2))
          .untilAsserted(() -> assertThat(client.isConnected()).isTrue());
      assertThat(cluster.login(token)).isEqualTo(WELCOME);
    }
  }
}
