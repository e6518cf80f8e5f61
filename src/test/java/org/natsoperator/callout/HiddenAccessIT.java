package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.NO_ANSWER;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.testing.LooseCrds;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** An older CRD is installed, and the operator cannot read who may log in. */
@OperatorTest
class HiddenAccessIT {

  private static LooseCrds crds;

  @BeforeAll
  static void install(Sandbox sandbox) {
    crds = LooseCrds.install(sandbox.client());
  }

  @AfterAll
  static void restore() {
    crds.close();
  }

  @Test
  void clientsStayConnectedAndNoneLogsIn(Sandbox sandbox) throws Exception {
    try (ProjectedCluster cluster = ProjectedCluster.start(sandbox);
        NatsClient client = cluster.client("any", cluster.podToken(POD))) {
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.cluster(CLUSTER).getStatus().serviceAccountTokens())
                      .isEqualTo(AuthPolicy.PROJECTED));
      hide(sandbox);

      assertThat(cluster.loginOnce(cluster.podToken(POD))).isEqualTo(NO_ANSWER);
      assertThat(client.isConnected()).isTrue();

      cluster.set("{}");
      await()
          .untilAsserted(() -> assertThat(cluster.login(cluster.podToken(POD))).isEqualTo(WELCOME));
      assertThat(client.isConnected()).isTrue();
    }
  }

  private static void hide(Sandbox sandbox) {
    sandbox
        .client()
        .genericKubernetesResources("nats.io/v1alpha2", "NatsCluster")
        .inNamespace(sandbox.namespace())
        .withName(CLUSTER)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\": {\"auth\": \"none\"}}");
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage())
                    .contains("spec.auth: "));
  }
}
