package org.natsoperator.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.plugin.PluginFixture.assertOutput;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.callout.ProjectedCluster;
import org.natsoperator.testing.Login;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;

/** {@code kubectl nats} with a cluster whose pods have tokens of their own. */
@OperatorTest
class KubectlPluginProjectedIT {

  /** A pod that mounts its token, which the webhook did not add. */
  private static final String POD = "reader";

  /** A loaded machine reports the condition late, and answers some logins late. */
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private static final String RIGHTS =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: {name: auditor}
      rules:
        - {apiGroups: [nats.io], resources: [natsclusters, natsserviceroles], verbs: [get, list]}
        - {apiGroups: [""], resources: [pods], verbs: [get, list]}
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: {name: auditor}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: auditor}
      subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: auditor}]
      """;

  private Sandbox sandbox;
  private ProjectedCluster cluster;

  @BeforeEach
  void start(Sandbox fresh) {
    sandbox = fresh;
    cluster = ProjectedCluster.start(sandbox);
    PluginFixture.runPod(sandbox, POD, PodTokens.podWithToken(sandbox, POD, USER));
    await()
        .atMost(TIMEOUT)
        .until(() -> "True".equals(sandbox.clusterCondition(CLUSTER, "Ready").getStatus()));
    sandbox.awaitRole(USER, "InForce");
  }

  @AfterEach
  void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void showsClientsOfPods() throws Exception {
    await()
        .atMost(TIMEOUT)
        .until(() -> Login.REFUSAL.equals(cluster.server().answerTo("any", "garbage")));
    try (NatsClient client = cluster.client("any", cluster.podToken(POD))) {
      assertThat(client.isConnected()).isTrue();
      await().untilAsserted(() -> assertOutput(sandbox, "status-projected", "status", CLUSTER));
      assertThat(sandbox.kubectlNats("explain-pod", POD).replace(sandbox.namespace(), "test-1"))
          .contains(
              "  role:         test-1/nats-user, InForce, in force at each login\n",
              "  user:         test-1/nats-user/*\n",
              "  token:        from the kubelet\n",
              "  connections:  1 open (test-1/nats-user/reader on example-nats-1); refused logins:",
              " by user \"any\". Any user is valid, and the password is the token: read the file");
    }
  }

  @Test
  void listsWhatUserMayNotRead() {
    sandbox.apply(RIGHTS);
    assertAuditorSees("status-not-read", "status", CLUSTER);
    assertAuditorSees("explain-pod-not-read", "explain-pod", POD);
  }

  /** The API server applies new permissions a moment later. */
  private void assertAuditorSees(String golden, String command, String object) {
    await().untilAsserted(() -> assertOutput(sandbox, golden, command, object, "--as", "auditor"));
  }
}
