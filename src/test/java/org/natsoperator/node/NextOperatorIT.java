package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.RollableScalableResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.ReleaseNodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/** An operator in another namespace takes over when the previous one has no replicas left. */
@ReleaseNodeTest
class NextOperatorIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final int PODS = 2;

  @Test
  void takesOverClustersAndGivesThemBack(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "user");
    String first = Node.operatorPods().getFirst().getMetadata().getNamespace();
    RollableScalableResource<Deployment> before =
        Node.client().apps().deployments().inNamespace(first).withName("nats-operator");
    List<String> servers = uids(cluster.pods());
    List<HasMetadata> next = Node.applyOperator("next", sandbox.namespace());
    try {
      before.scale(0);
      await().atMost(TIMEOUT).until(() -> ready(sandbox.namespace()) == 1);
      String token = cluster.token("user");
      // The webhooks of the previous operator are still installed and do not answer. They do not
      // check Secrets.
      sandbox
          .client()
          .secrets()
          .inNamespace(sandbox.namespace())
          .withName("user-%s-bound-token".formatted(Manifests.CLUSTER))
          .delete();
      await()
          .atMost(TIMEOUT)
          .until(
              () ->
                  sandbox
                      .token("user", Manifests.CLUSTER)
                      .filter(fresh -> !fresh.equals(token))
                      .isPresent());
      cluster.awaitReady();
      cluster.awaitInForce("user");
      // The new operator has new keys. The route password stays, so that no server restarts.
      assertThat(uids(cluster.pods())).isEqualTo(servers);
    } finally {
      Node.deleteOperator(next, sandbox.namespace());
      before.scale(PODS);
    }
    await().atMost(TIMEOUT).until(() -> ready(first) == PODS);
    cluster.applyRole("last");
    cluster.awaitReady();
    cluster.awaitInForce("last");
    assertThat(pods(sandbox.namespace())).isEmpty();
  }

  private static List<String> uids(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getUid()).toList();
  }

  private static long ready(String namespace) {
    return pods(namespace).stream().filter(Readiness::isPodReady).count();
  }

  private static List<Pod> pods(String namespace) {
    return Node.operatorPods().stream()
        .filter(pod -> pod.getMetadata().getNamespace().equals(namespace))
        .toList();
  }
}
