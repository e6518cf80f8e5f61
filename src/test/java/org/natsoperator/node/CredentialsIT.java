package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.ClientPod;
import org.natsoperator.testing.Clients;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NodeTest;
import org.natsoperator.testing.ReconnectingClient;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** Tokens are revoked and issued while clients are connected with them. */
@NodeTest
class CredentialsIT {

  /** The old token stays valid for this time after a reissue. */
  private static final Duration HOLD = Duration.ofSeconds(2);

  private static final String PLANTED =
      """
      apiVersion: v1
      kind: Secret
      metadata:
        name: leaver-%1$s-bound-token
        labels: {app: nats, nats_cluster: %1$s}
        annotations: {kubernetes.io/service-account.name: leaver}
      type: kubernetes.io/service-account-token
      """
          .formatted(CLUSTER);

  @Test
  void deletedServiceAccountIsLockedOutAndOldTokenStaysRejected(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "leaver", "stayer");
    String old = cluster.token("leaver");
    try (Clients leavers = cluster.login("leaver");
        Clients stayers = cluster.login("stayer")) {
      sandbox.delete(sandbox.serviceAccount("leaver"));
      leavers.awaitDisconnected();
      assertEveryServerAnswers(REFUSAL, cluster, old);
      sandbox.apply(Manifests.serviceAccount("leaver"));
      assertAcceptsOnlyAnotherToken(cluster, old, sandbox);
      assertThat(stayers.disconnectedBy()).isEmpty();
    }
  }

  @Test
  void recreatedServiceAccountDisconnectsClientsOfItsPredecessor(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "leaver", "stayer");
    recreateImmediately(cluster, () -> sandbox.delete(sandbox.serviceAccount("leaver")), sandbox);
  }

  @Test
  void recreatedRoleDisconnectsClientsOfItsPredecessor(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "leaver", "stayer");
    recreateImmediately(cluster, () -> sandbox.delete(sandbox.role("leaver")), sandbox);
  }

  private static void recreateImmediately(
      RunningCluster cluster, Runnable deletion, Sandbox sandbox) {
    String old = cluster.token("leaver");
    try (Clients leavers = cluster.login("leaver");
        Clients stayers = cluster.login("stayer")) {
      deletion.run();
      cluster.applyRole("leaver");
      leavers.awaitDisconnected();
      assertAcceptsOnlyAnotherToken(cluster, old, sandbox);
      assertThat(stayers.disconnectedBy()).isEmpty();
    }
  }

  /** Kubernetes writes a token for its own API into a Secret of this type. */
  @Test
  void plantedTokenSecretIsReplacedAndItsTokenRejected(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster());
    sandbox.apply(Manifests.serviceAccount("leaver"), PLANTED);
    await().until(() -> sandbox.token("leaver", CLUSTER).isPresent());
    String planted = cluster.token("leaver");
    cluster.applyRole("leaver");
    cluster.awaitInForce("leaver");
    assertThat(sandbox.secret("leaver-" + CLUSTER + "-bound-token").getType()).isEqualTo("Opaque");
    assertThat(cluster.token("leaver")).isNotEqualTo(planted);
    assertEveryServerAnswers(REFUSAL, cluster, planted);
    assertEveryServerAnswers(WELCOME, cluster, cluster.token("leaver"));
  }

  @Test
  void reissuedTokenReachesPodAndClientReconnects(Sandbox sandbox) throws Exception {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "leaver", "stayer");
    ClientPod pod = ClientPod.start(sandbox, "leaver");
    String old = cluster.token("leaver");
    assertThat(pod.token()).isEqualTo(old);
    try (ReconnectingClient client =
            new ReconnectingClient(cluster.servers(), "leaver", pod::token);
        Clients thieves = cluster.login("leaver");
        Clients stayers = cluster.login("stayer")) {
      sandbox.apply(
          Manifests.role("leaver", "greetings")
              .replace("metadata:\n", "metadata:\n  annotations: {nats.io/reissue: '1'}\n"));
      RunningCluster.awaitAtOnce(() -> !pod.token().equals(old));
      assertThat(Optional.of(pod.token())).isEqualTo(sandbox.token("leaver", CLUSTER));
      thieves.awaitDisconnected(RunningCluster.AT_ONCE.plus(HOLD));
      assertEveryServerAnswers(REFUSAL, cluster, old);
      await().until(() -> client.disconnects() == 1 && client.isConnected());
      await()
          .during(Duration.ofSeconds(2))
          .until(() -> client.disconnects() == 1 && client.isConnected());
      assertThat(stayers.disconnectedBy()).isEmpty();
    }
  }

  private static void assertAcceptsOnlyAnotherToken(
      RunningCluster cluster, String old, Sandbox sandbox) {
    await()
        .until(
            () -> sandbox.token("leaver", CLUSTER).filter(token -> !token.equals(old)).isPresent());
    await()
        .untilAsserted(() -> assertEveryServerAnswers(WELCOME, cluster, cluster.token("leaver")));
    assertEveryServerAnswers(REFUSAL, cluster, old);
  }

  private static void assertEveryServerAnswers(
      String answer, RunningCluster cluster, String token) {
    assertThat(cluster.servers())
        .extracting(RunningServer::name, server -> server.answerTo("leaver", token))
        .hasSize(3)
        .allSatisfy(said -> assertThat(said.toList().getLast()).isEqualTo(answer));
  }
}
