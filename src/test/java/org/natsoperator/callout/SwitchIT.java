package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.SwitchingCluster.BOUND_SECRET;
import static org.natsoperator.callout.SwitchingCluster.PROJECTED;
import static org.natsoperator.callout.SwitchingCluster.SERVERS;
import static org.natsoperator.callout.SwitchingCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OpenLogin;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** A cluster with running clients changes the source of its tokens. */
@LongTest
@OperatorTest
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"2.14.10", "2.15.3"})
class SwitchIT {

  private static final String FEW_CONNECTIONS = "natsConfig: {maxConnections: 20}\n";

  @Parameter String version;

  @Test
  void clientsLogInWhileClusterSwitches(Sandbox sandbox) throws Exception {
    try (SwitchingCluster cluster = SwitchingCluster.create(BOUND_SECRET, version, sandbox)) {
      String secret = cluster.awaitToken(USER);
      cluster.awaitLogins(secret);
      sandbox.apply(PodTokens.pod("client", USER), PodTokens.podWithSecret("mounts", USER));
      String projected = PodTokens.of(sandbox, USER, "client");
      await().untilAsserted(() -> assertThat(cluster.answers(projected)).containsOnly(REFUSAL));
      Map<String, String> before = cluster.uids();
      ServerLogins client = ServerLogins.start(SERVERS, USER, secret);

      cluster.set(PROJECTED);

      cluster.awaitRestarts(before);
      cluster.awaitLogins(projected);
      cluster.awaitLogins(secret);
      client.assertGoOn();
      cluster.awaitSource(PROJECTED);
    }
  }

  /**
   * The servers show their state to the operator, but admit no further client, nor the operator.
   */
  @Test
  void switchWaitsForReplicaThatAnswers(Sandbox sandbox) throws Exception {
    sandbox.apply(Manifests.serviceAccount(USER), PodTokens.podWithSecret("mounts", USER));
    List<OpenLogin> clients = new ArrayList<>();
    try (SwitchingCluster cluster =
        SwitchingCluster.create(BOUND_SECRET, FEW_CONNECTIONS, version, sandbox)) {
      String secret = cluster.awaitToken(USER);
      cluster.awaitLogins(secret);
      Map<String, String> before = cluster.uids();
      await().until(() -> fill(cluster, secret, clients), full -> full);

      cluster.set(PROJECTED, FEW_CONNECTIONS);

      await()
          .during(Duration.ofSeconds(5))
          .untilAsserted(
              () -> {
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage())
                    .contains("waiting for a replica of the operator that answers logins");
                assertThat(cluster.uids()).isEqualTo(before);
              });
      clients.forEach(OpenLogin::close);
      cluster.awaitRestarts(before);
      cluster.awaitLogins(secret);
    } finally {
      clients.forEach(OpenLogin::close);
    }
  }

  /** The operator answers until the last server that asks it is replaced. */
  @Test
  void clientsWithSecretsLogInWhileClusterSwitchesBack(Sandbox sandbox) throws Exception {
    sandbox.apply(Manifests.serviceAccount(USER), PodTokens.podWithSecret("mounts", USER));
    try (SwitchingCluster cluster = SwitchingCluster.create(PROJECTED, version, sandbox)) {
      String secret = cluster.awaitToken(USER);
      cluster.awaitLogins(secret);
      sandbox.apply(PodTokens.podWithToken(sandbox, "client", USER));
      String projected = PodTokens.of(sandbox, USER, "client");
      Map<String, String> before = cluster.uids();
      ServerLogins client = ServerLogins.start(SERVERS, USER, secret);
      ServerLogins pod = ServerLogins.start(SERVERS, USER, projected);

      cluster.set(BOUND_SECRET);

      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition(CLUSTER, "CalloutReady").getMessage())
                      .contains("waits for 1 pods", "/client"));
      await()
          .during(Duration.ofSeconds(3))
          .untilAsserted(() -> assertThat(cluster.uids()).isEqualTo(before));
      cluster.awaitLogins(projected);
      pod.assertGoOn();
      sandbox.delete(
          sandbox.client().pods().inNamespace(sandbox.namespace()).withName("client").get());

      cluster.awaitRestarts(before);
      cluster.awaitLogins(secret);
      client.assertGoOn();
      cluster.awaitEndOfCallout();
    }
  }

  /** Servers that have not restarted yet still have the previous keys. */
  @Test
  void clientsLogInWhileKeysAreRenewed(Sandbox sandbox) throws Exception {
    sandbox.apply(Manifests.serviceAccount(USER), PodTokens.pod("client", USER));
    String token = PodTokens.of(sandbox, USER, "client");
    try (SwitchingCluster cluster = SwitchingCluster.create(PROJECTED, version, sandbox)) {
      cluster.awaitLogins(token);
      Map<String, String> before = cluster.uids();
      ServerLogins client = ServerLogins.start(SERVERS, USER, token);

      cluster.annotate("nats.io/renew-keys", "1");

      cluster.awaitRestarts(before);
      cluster.awaitLogins(token);
      client.assertGoOn();
      await()
          .untilAsserted(
              () -> assertThat(sandbox.cluster(CLUSTER).getStatus().renewedKeys()).isEqualTo("1"));
    }
  }

  /** Logs in until no server admits another client. Returns true if none was admitted now. */
  private static boolean fill(SwitchingCluster cluster, String token, List<OpenLogin> clients) {
    boolean full = true;
    for (Pod pod : cluster.pods()) {
      while (admits(new RunningServer(pod), token, clients)) {
        full = false;
      }
    }
    return full;
  }

  private static boolean admits(RunningServer server, String token, List<OpenLogin> clients) {
    try {
      OpenLogin client = server.open(Map.of("user", USER, "pass", token));
      clients.add(client);
      return WELCOME.equals(client.answer());
    } catch (UncheckedIOException full) {
      return false;
    }
  }
}
