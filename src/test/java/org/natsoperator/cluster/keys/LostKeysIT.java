package org.natsoperator.cluster.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** The keys of a cluster are lost while its servers run. */
@LongTest
@OperatorTest
class LostKeysIT {

  @Autowired private ClusterKeyStore keys;

  /** With another password, the running servers would reject every new server. */
  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"2.10.27", "2.15.3"})
  void newKeysKeepRoutePasswordOfRunningServers(String version, Sandbox sandbox) throws Exception {
    LoopbackCluster.build(version);
    sandbox.apply(Manifests.cluster(1, version));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
    try (LoopbackServer server = LoopbackServer.of(set, version, sandbox.client())) {
      awaitConfirmation(sandbox);
      ServerConfigFile before = sandbox.configs(CLUSTER).get(server.configSecret());

      keys.forget(sandbox.cluster(CLUSTER).getMetadata().getUid());
      sandbox.apply(Manifests.serviceAccount("user"), Manifests.role("user", "foo"));

      await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("user"));
      ServerConfigFile after = sandbox.configs(CLUSTER).get(server.configSecret());
      assertThat(after.routePassword()).isPresent().isEqualTo(before.routePassword());
      assertThat(operator(after)).as("the operator's key").isNotEqualTo(operator(before));
      assertThat(sandbox.configs(CLUSTER).get(CLUSTER).routePassword()).as("the copy").isEmpty();
      assertThat(sandbox.configs(CLUSTER)).containsOnlyKeys(CLUSTER, server.configSecret());
      awaitConfirmation(sandbox);
    }
  }

  /** Without the sidecar, servers before 2.11 are replaced for the new user, one at a time. */
  @ParameterizedTest(name = "nats-server {0} without the sidecar")
  @ValueSource(strings = {"1.4.1", "2.6.1", "2.10.27", "2.15.3"})
  void replacedServersHaveRoutePasswordOfOthers(String version, Sandbox sandbox) throws Exception {
    LoopbackCluster.build(version);
    sandbox.apply(Manifests.withoutSidecar(2, version));
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      awaitConfirmation(sandbox);
      Set<String> before = routePasswords(sandbox);

      keys.forget(sandbox.cluster(CLUSTER).getMetadata().getUid());
      sandbox.apply(Manifests.serviceAccount("user"), Manifests.role("user", "foo"));

      sandbox.awaitRole("user", "InForce");
      assertThat(routePasswords(sandbox)).hasSize(1).isEqualTo(before);
      assertThat(sandbox.configs(CLUSTER).get(CLUSTER).routePassword()).as("the copy").isEmpty();
      for (Pod pod : servers.pods().values()) {
        await().untilAsserted(() -> assertThat(servers.routes(pod)).isEqualTo(1));
      }
    }
  }

  /** Of the files that servers mount. */
  private static Set<String> routePasswords(Sandbox sandbox) {
    return sandbox.configs(CLUSTER).entrySet().stream()
        .filter(file -> !file.getKey().equals(CLUSTER))
        .map(file -> file.getValue().routePassword().orElseThrow())
        .collect(Collectors.toSet());
  }

  private static void awaitConfirmation(Sandbox sandbox) {
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "ConfigApplied").getStatus())
                    .isEqualTo("True"));
  }

  private static String operator(ServerConfigFile file) {
    return file.parse().at("/accounts/$SYS/users/0/nkey").asText();
  }
}
