package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** A variable that a user adds to the server container of a cluster without the sidecar. */
@LongTest
@OperatorTest
class ForeignVariableIT {

  private static final String SET = "statefulset/" + CLUSTER;

  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"1.4.1", "2.6.1", "2.10.27", "2.15.3"})
  void replacesNoServer(String version, Sandbox sandbox) throws Exception {
    LoopbackCluster.build(version);
    sandbox.apply(Manifests.withoutSidecar(2, version));
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      awaitReason("Ready", "AllServersReady", sandbox);
      Map<String, String> before = servers.uids();

      addVariable(sandbox);
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.kubectl("get", SET, "-o", "yaml"))
                      .doesNotContain("name: FOO"));
      addVariable(sandbox);
      awaitReason("Managed", "ForeignFields", sandbox);

      await()
          .during(Duration.ofSeconds(2))
          .untilAsserted(() -> assertThat(servers.uids()).isEqualTo(before));
    }
  }

  private static void addVariable(Sandbox sandbox) {
    assertThat(sandbox.kubectl("set", "env", SET, "--containers=nats", "FOO=bar"))
        .contains("env updated");
  }

  private static void awaitReason(String condition, String reason, Sandbox sandbox) {
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, condition).getReason())
                    .isEqualTo(reason));
  }
}
