package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** A cluster that is being deleted, while a finalizer holds it and its servers keep running. */
@OperatorTest
class HeldClusterIT {

  private static final String FINALIZER = "example.com/held";

  @Test
  void serversOfHeldClusterRejectFormerUsers(Sandbox sandbox) throws Exception {
    sandbox.apply(
        Manifests.cluster(1, "2.15.3"),
        Manifests.serviceAccount("user"),
        Manifests.role("user", "foo"));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), Objects::nonNull);
    try (LoopbackServer server = LoopbackServer.of(set, sandbox.client())) {
      sandbox.awaitRole("user", "InForce");
      String token = sandbox.token("user", CLUSTER).orElseThrow();
      assertThat(server.server().answerTo("user", token)).isEqualTo(WELCOME);
      String secret = server.configSecret();
      hold(sandbox);
      try {
        sandbox.delete(sandbox.cluster(CLUSTER));

        await()
            .untilAsserted(
                () -> assertThat(server.server().answerTo("user", token)).isEqualTo(REFUSAL));
        assertThat(sandbox.cluster(CLUSTER).getMetadata().getDeletionTimestamp()).isNotNull();
        assertThat(sandbox.configs(CLUSTER)).as("nothing new").containsOnlyKeys(CLUSTER, secret);
      } finally {
        release(sandbox);
      }
    }
  }

  /** The operator asks the server to reload. */
  @Test
  void serversWithoutSidecarRejectFormerUsers(Sandbox sandbox) throws Exception {
    LoopbackCluster.build("2.15.3");
    sandbox.apply(
        Manifests.withoutSidecar(1, "2.15.3"),
        Manifests.serviceAccount("user"),
        Manifests.role("user", "foo"));
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      sandbox.awaitRole("user", "InForce");
      RunningServer server = new RunningServer(servers.pods().values().iterator().next());
      String token = sandbox.token("user", CLUSTER).orElseThrow();
      assertThat(server.answerTo("user", token)).isEqualTo(WELCOME);
      hold(sandbox);
      try {
        sandbox.delete(sandbox.cluster(CLUSTER));

        await().untilAsserted(() -> assertThat(server.answerTo("user", token)).isEqualTo(REFUSAL));
        assertThat(sandbox.cluster(CLUSTER).getMetadata().getDeletionTimestamp()).isNotNull();
      } finally {
        release(sandbox);
      }
    }
  }

  private static void hold(Sandbox sandbox) {
    setFinalizers(sandbox, "[\"" + FINALIZER + "\"]");
  }

  private static void release(Sandbox sandbox) {
    setFinalizers(sandbox, "[]");
  }

  private static void setFinalizers(Sandbox sandbox, String list) {
    sandbox.patch(sandbox.cluster(CLUSTER), "{\"metadata\": {\"finalizers\": %s}}".formatted(list));
  }
}
