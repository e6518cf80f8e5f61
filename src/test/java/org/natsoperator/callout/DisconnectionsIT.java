package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** Changes in Kubernetes disconnect clients with tokens of their own, and only these clients. */
@OperatorTest
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"2.14.10", "2.15.3"})
class DisconnectionsIT {

  private static final String FINALIZER = "example.com/held";
  private static final String REISSUE =
      "{\"metadata\": {\"annotations\": {\"nats.io/reissue\": \"1\"}}}";

  @Parameter String version;

  @Autowired private MeterRegistry meters;
  @Autowired private SystemAccountClient systemAccount;

  private Sandbox sandbox;
  private ProjectedCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    cluster = ProjectedCluster.start(version, sandbox);
  }

  @AfterEach
  void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void changedRoleIsInForceAtOnce() throws Exception {
    try (NatsClient client = cluster.client("any", cluster.podToken(POD))) {
      sandbox.apply(Manifests.role(USER, "bar"));

      client.awaitClosed();
      // The server records it after it has closed the connection.
      await()
          .untilAsserted(
              () ->
                  assertThat(cluster.server().closedConnections())
                      .extracting(closed -> closed.reason())
                      .contains(RunningServer.KICKED));
    }
    assertThat(reasons()).contains("role_changed");
  }

  @Test
  void reissueDisconnectsClients() throws Exception {
    String token = cluster.podToken(POD);
    try (NatsClient client = cluster.client("any", token)) {
      sandbox.patch(sandbox.role(USER), REISSUE);
      client.awaitClosed();
    }
    try (NatsClient client = cluster.client("any", token)) {
      sandbox.patch(sandbox.cluster(CLUSTER), REISSUE);
      client.awaitClosed();
    }
    assertThat(reasons()).contains("reissued");
  }

  /** Servers with a list of users disconnect it by a reload. */
  @Test
  void reissueDisconnectsClientsWithThePreviousTokenOfASecret() throws Exception {
    cluster.set("{tokensWithoutPod: true}");
    sandbox.apply(PodTokens.podWithSecret("mounts", USER));
    String token = await().until(() -> sandbox.token(USER, CLUSTER), Optional::isPresent).get();
    await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(WELCOME));
    try (NatsClient client = cluster.client("any", token)) {
      sandbox.patch(sandbox.role(USER), REISSUE);

      client.awaitClosed();
      await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(REFUSAL));
      String renewed = sandbox.token(USER, CLUSTER).orElseThrow();
      assertThat(cluster.login(renewed)).isEqualTo(WELCOME);
    }
  }

  @Test
  void deletedRoleDisconnectsItsClients() throws Exception {
    try (NatsClient client = cluster.client("any", cluster.podToken(POD))) {
      sandbox.delete(sandbox.role(USER));

      client.awaitClosed();
    }
    assertThat(reasons()).contains("role_deleted");
  }

  @Test
  void deletedServiceAccountDisconnectsItsClientsOnly() throws Exception {
    sandbox.apply(
        Manifests.serviceAccount("other"),
        Manifests.role("other", "foo"),
        PodTokens.pod("other", "other"));
    String token = cluster.podToken(POD);
    try (NatsClient client = cluster.client("any", token);
        NatsClient other = cluster.client("any", PodTokens.of(sandbox, "other", "other"))) {
      sandbox.delete(sandbox.serviceAccount(USER));

      client.awaitClosed();
      assertThat(cluster.login(token)).isEqualTo(REFUSAL);
      assertThat(other.isConnected()).isTrue();
    }
    assertThat(reasons()).contains("account_deleted");
  }

  @Test
  void deletedPodDisconnectsItsClientsOnly() throws Exception {
    sandbox.apply(PodTokens.pod("other", USER));
    try (NatsClient client = cluster.client("any", cluster.podToken(POD));
        NatsClient other = cluster.client("any", cluster.podToken("other"))) {
      cluster.deletePod(POD);

      client.awaitClosed();
      assertThat(other.isConnected()).isTrue();
    }
    assertThat(reasons()).contains("bound_object_deleted");
  }

  @Test
  void roleOfAnotherClusterDisconnectsItsClients() throws Exception {
    try (NatsClient client = cluster.client("any", cluster.podToken(POD))) {
      sandbox.apply(
          Manifests.role(USER, "foo").replace("nats_cluster: " + CLUSTER, "nats_cluster: other"));

      client.awaitClosed();
    }
    assertThat(reasons()).contains("binding_lost");
  }

  /** A finalizer can keep the cluster and its servers for long. */
  @Test
  void clusterThatIsBeingDeletedDisconnectsItsClients() throws Exception {
    String token = cluster.podToken(POD);
    try (NatsClient client = cluster.client("any", token)) {
      setFinalizers("[\"%s\"]".formatted(FINALIZER));
      try {
        sandbox.delete(sandbox.cluster(CLUSTER));

        client.awaitClosed();
        assertThat(cluster.loginOnce(token)).isNotEqualTo(WELCOME);
      } finally {
        setFinalizers("[]");
      }
    }
  }

  private void setFinalizers(String list) {
    sandbox.patch(sandbox.cluster(CLUSTER), "{\"metadata\": {\"finalizers\": %s}}".formatted(list));
  }

  /** The events of its earlier connection are lost. */
  @Test
  void operatorFindsConnectionsAgainAfterItReconnects() throws Exception {
    try (NatsClient client = cluster.client("any", cluster.podToken(POD))) {
      List<Long> own =
          cluster.server().connections("$SYS").stream()
              .filter(connection -> connection.path("name").asText().startsWith("nats-operator/"))
              .map(connection -> connection.get("cid").asLong())
              .toList();
      assertThat(own).hasSize(1);
      systemAccount.close(
          sandbox.cluster(CLUSTER), cluster.server().pod(), cluster.server().serverId(), own);
      await()
          .untilAsserted(() -> assertThat(cluster.login(cluster.podToken(POD))).isEqualTo(WELCOME));
      assertThat(client.isConnected()).isTrue();

      sandbox.apply(Manifests.role(USER, "bar"));

      client.awaitClosed();
    }
  }

  private List<String> reasons() {
    return ClusterCounters.of(meters, sandbox, "nats.operator.callout.kicks").stream()
        .map(counter -> counter.getId().getTag("reason"))
        .toList();
  }
}
