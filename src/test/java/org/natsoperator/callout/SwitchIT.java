package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OpenLogin;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** A cluster with running clients changes the source of its tokens. */
@OperatorTest
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"2.14.10", "2.15.3"})
class SwitchIT {

  private static final String USER = "nats-user";
  private static final int SERVERS = 3;
  private static final String FEW_CONNECTIONS = "  natsConfig: {maxConnections: 20}\n";

  /** Usually less than a second. A loaded machine needs some more to start a server. */
  private static final Duration ONE_RESTART = Duration.ofSeconds(20);

  @Parameter String version;

  @Test
  void clientsLogInWhileClusterSwitches(Sandbox sandbox) throws Exception {
    sandbox.apply(
        cluster("BoundSecret"), Manifests.serviceAccount(USER), Manifests.role(USER, "foo"));
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      String secret = await().until(() -> sandbox.token(USER, CLUSTER), Optional::isPresent).get();
      awaitLogins(servers, secret);
      sandbox.apply(PodTokens.pod("client", USER), PodTokens.podWithSecret("mounts", USER));
      String projected = PodTokens.of(sandbox, USER, "client");
      await().untilAsserted(() -> assertThat(answers(servers, projected)).containsOnly(REFUSAL));
      Map<String, String> before = servers.uids();
      ServerLogins client = ServerLogins.start(SERVERS, USER, secret);

      sandbox.apply(cluster("Projected"));

      awaitRestarts(servers, before);
      awaitLogins(servers, projected);
      awaitLogins(servers, secret);
      assertAdmitted(client);
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.cluster(CLUSTER).getStatus().serviceAccountTokens())
                      .isEqualTo("Projected"));
    }
  }

  /**
   * The servers show their state to the operator, but admit no further client, nor the operator.
   */
  @Test
  void switchWaitsForReplicaThatAnswers(Sandbox sandbox) throws Exception {
    sandbox.apply(
        cluster("BoundSecret") + FEW_CONNECTIONS,
        Manifests.serviceAccount(USER),
        Manifests.role(USER, "foo"),
        PodTokens.podWithSecret("mounts", USER));
    List<OpenLogin> clients = new ArrayList<>();
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      String secret = await().until(() -> sandbox.token(USER, CLUSTER), Optional::isPresent).get();
      awaitLogins(servers, secret);
      Map<String, String> before = servers.uids();
      await().until(() -> fill(servers, secret, clients), full -> full);

      sandbox.apply(cluster("Projected") + FEW_CONNECTIONS);

      await()
          .during(Duration.ofSeconds(5))
          .untilAsserted(
              () -> {
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage())
                    .contains("waiting for a replica of the operator that answers logins");
                assertThat(servers.uids()).isEqualTo(before);
              });
      clients.forEach(OpenLogin::close);
      awaitRestarts(servers, before);
      awaitLogins(servers, secret);
    } finally {
      clients.forEach(OpenLogin::close);
    }
  }

  /** The operator answers until the last server that asks it is replaced. */
  @Test
  void clientsWithSecretsLogInWhileClusterSwitchesBack(Sandbox sandbox) throws Exception {
    sandbox.apply(
        cluster("Projected"),
        Manifests.serviceAccount(USER),
        Manifests.role(USER, "foo"),
        PodTokens.podWithSecret("mounts", USER));
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      String secret = await().until(() -> sandbox.token(USER, CLUSTER), Optional::isPresent).get();
      awaitLogins(servers, secret);
      sandbox.apply(PodTokens.podWithToken(sandbox, "client", USER));
      String projected = PodTokens.of(sandbox, USER, "client");
      Map<String, String> before = servers.uids();
      ServerLogins client = ServerLogins.start(SERVERS, USER, secret);
      ServerLogins pod = ServerLogins.start(SERVERS, USER, projected);

      sandbox.apply(cluster("BoundSecret"));

      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition(CLUSTER, "CalloutReady").getMessage())
                      .contains("waits for 1 pods", "/client"));
      await()
          .during(Duration.ofSeconds(3))
          .untilAsserted(() -> assertThat(servers.uids()).isEqualTo(before));
      awaitLogins(servers, projected);
      assertAdmitted(pod);
      sandbox.delete(
          sandbox.client().pods().inNamespace(sandbox.namespace()).withName("client").get());

      awaitRestarts(servers, before);
      awaitLogins(servers, secret);
      assertAdmitted(client);
      await()
          .untilAsserted(
              () -> assertThat(sandbox.cluster(CLUSTER).getStatus().calloutKeys()).isNull());
    }
  }

  /** Servers that have not restarted yet still have the previous keys. */
  @Test
  void clientsLogInWhileKeysAreRenewed(Sandbox sandbox) throws Exception {
    sandbox.apply(
        cluster("Projected"),
        Manifests.serviceAccount(USER),
        Manifests.role(USER, "foo"),
        PodTokens.pod("client", USER));
    String token = PodTokens.of(sandbox, USER, "client");
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      awaitLogins(servers, token);
      Map<String, String> before = servers.uids();
      ServerLogins client = ServerLogins.start(SERVERS, USER, token);

      sandbox.apply(
          cluster("Projected")
              .replace("metadata:", "metadata:\n  annotations: {nats.io/renew-keys: '1'}"));

      awaitRestarts(servers, before);
      awaitLogins(servers, token);
      assertAdmitted(client);
      await()
          .untilAsserted(
              () -> assertThat(sandbox.cluster(CLUSTER).getStatus().renewedKeys()).isEqualTo("1"));
    }
  }

  /** Returns when each server has restarted since it had this UID. */
  private static void awaitRestarts(LoopbackCluster servers, Map<String, String> before) {
    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(
            () ->
                assertThat(servers.uids().values())
                    .hasSize(before.size())
                    .doesNotContainAnyElementsOf(before.values()));
  }

  /** Ends the logins. */
  private static void assertAdmitted(ServerLogins client) throws InterruptedException {
    Duration lockout = client.longestLockout();
    client.close();
    assertThat(lockout).as("time in which a server admitted no client").isLessThan(ONE_RESTART);
  }

  private static void awaitLogins(LoopbackCluster servers, String token) {
    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(
            () -> assertThat(answers(servers, token)).hasSize(SERVERS).containsOnly(WELCOME));
  }

  /** Logs in until no server admits another client. Returns true if none was admitted now. */
  private static boolean fill(LoopbackCluster servers, String token, List<OpenLogin> clients) {
    boolean full = true;
    for (Pod pod : servers.pods().values()) {
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

  private static List<String> answers(LoopbackCluster servers, String token) {
    return servers.pods().values().stream().map(pod -> answer(pod, token)).toList();
  }

  private static String answer(Pod pod, String token) {
    if (pod.getStatus().getPodIP() == null) {
      return "no address";
    }
    RunningServer server = new RunningServer(pod);
    try {
      return server.listens() ? String.valueOf(server.answerTo(USER, token)) : "not listening";
    } catch (UncheckedIOException ended) {
      return ended.toString();
    }
  }

  private String cluster(String tokens) {
    return Manifests.cluster(
        """
        size: %d
        version: "%s"
        auth:
          enableServiceAccounts: true
          serviceAccountTokens: %s
        """
            .formatted(SERVERS, version, tokens));
  }
}
