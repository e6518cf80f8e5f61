package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/**
 * Clusters without the sidecar. Servers before 2.11 load a file only at their start; the operator
 * reloads newer ones.
 */
@LongTest
@OperatorTest
class ServersWithoutReloadIT {

  private static final String REFUSED_USER = "leaver";

  @ParameterizedTest(name = "nats-server {0}, then {1}; a role restarts servers: {2}")
  @CsvSource({
    "1.4.1,   2.6.1,   true",
    "2.6.1,   2.10.27, true",
    "2.10.27, 2.15.3,  true",
    "2.15.3,  2.14.10, false"
  })
  void everyChangeIsConfirmed(String version, String next, boolean restarts, Sandbox sandbox)
      throws Exception {
    LoopbackCluster.build(version, next);
    sandbox.apply(
        cluster(2, version, false),
        Manifests.serviceAccount("user"),
        Manifests.serviceAccount(REFUSED_USER),
        Manifests.role("user", "foo"),
        Manifests.role(REFUSED_USER, "foo"));
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      awaitInForce(sandbox, "user");
      awaitInForce(sandbox, REFUSED_USER);
      awaitConfirmation(sandbox, "AllServersReady");
      String token = sandbox.token(REFUSED_USER, CLUSTER).orElseThrow();
      assertThat(answers(servers, token)).hasSize(2).containsOnly(WELCOME);

      changeRoles(sandbox, servers, token, restarts);
      addServer(sandbox, servers, version);
      if (restarts) {
        assertNoKubeletSync(servers);
      }
      sandbox.apply(cluster(3, version, true));
      awaitConfirmation(sandbox, "Paused");
      changeVersion(sandbox, servers, next);
    }
  }

  private static void assertNoKubeletSync(LoopbackCluster servers) {
    assertThat(servers.pods().values())
        .allSatisfy(
            pod ->
                assertThat(pod.getMetadata().getAnnotations())
                    .doesNotContainKey("nats.io/config-push"));
  }

  /** A confirmed change is in force at once, also the one before it. */
  private static void changeRoles(
      Sandbox sandbox, LoopbackCluster servers, String token, boolean restarts) {
    Map<String, String> before = servers.uids();
    sandbox.delete(sandbox.role(REFUSED_USER));
    sandbox.apply(Manifests.role("user", "foo", "bar"));
    awaitInForce(sandbox, "user");
    assertThat(answers(servers, token)).hasSize(2).containsOnly(REFUSAL);
    awaitConfirmation(sandbox, "AllServersReady");
    if (restarts) {
      assertThat(servers.uids().values()).doesNotContainAnyElementsOf(before.values());
    } else {
      assertThat(servers.uids()).isEqualTo(before);
    }
  }

  private static void addServer(Sandbox sandbox, LoopbackCluster servers, String version) {
    Map<String, String> before = servers.uids();
    sandbox.apply(cluster(3, version, false));
    awaitConfirmation(sandbox, "AllServersReady");
    assertThat(servers.uids()).hasSize(3).containsAllEntriesOf(before);
    for (Pod pod : servers.pods().values()) {
      await().untilAsserted(() -> assertThat(servers.routes(pod)).isEqualTo(2));
    }
  }

  private static void changeVersion(Sandbox sandbox, LoopbackCluster servers, String next) {
    sandbox.apply(cluster(3, next, false));
    awaitConfirmation(sandbox, "AllServersReady");
    assertThat(servers.pods().values())
        .hasSize(3)
        .allMatch(pod -> new RunningServer(pod).version().equals(next));
  }

  private static void awaitConfirmation(Sandbox sandbox, String reason) {
    await()
        .untilAsserted(
            () -> {
              Condition ready = sandbox.clusterCondition(CLUSTER, "Ready");
              assertThat(ready.getReason()).as(ready.getMessage()).isEqualTo(reason);
              assertIsOfNewest(ready, sandbox.cluster(CLUSTER));
            });
    assertThat(sandbox.clusterCondition(CLUSTER, "ConfigApplied").getStatus()).isEqualTo("True");
  }

  private static void awaitInForce(Sandbox sandbox, String role) {
    await()
        .untilAsserted(
            () -> {
              Condition ready = sandbox.roleCondition(role, "Ready");
              assertThat(ready.getReason()).as(ready.getMessage()).isEqualTo("InForce");
              assertIsOfNewest(ready, sandbox.role(role));
            });
  }

  private static void assertIsOfNewest(Condition condition, HasMetadata object) {
    assertThat(condition.getObservedGeneration()).isEqualTo(object.getMetadata().getGeneration());
  }

  private static List<String> answers(LoopbackCluster servers, String token) {
    return servers.pods().values().stream()
        .map(pod -> new RunningServer(pod).answerTo(REFUSED_USER, token))
        .toList();
  }

  private static String cluster(int size, String version, boolean paused) {
    return Manifests.cluster(
        """
        size: %d
        version: "%s"
        paused: %s
        auth: {enableServiceAccounts: true}
        """
            .formatted(size, version, paused));
  }
}
