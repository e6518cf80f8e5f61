package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.LongNodeTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.RunningServer;
import org.natsoperator.testing.Sandbox;

/** A cluster is deleted and recreated with the same name. */
@LongNodeTest
class ClusterRecreationIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void recreatedClusterReusesNothing(boolean afterFullDeletion, Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "user");
    String old = sandbox.cluster(CLUSTER).getMetadata().getUid();
    String oldToken = cluster.token("user");
    List<String> oldPods = cluster.pods().stream().map(pod -> pod.getMetadata().getUid()).toList();
    sandbox.delete(sandbox.cluster(CLUSTER));
    if (afterFullDeletion) {
      await()
          .atMost(TIMEOUT)
          .until(
              () ->
                  cluster.pods().isEmpty()
                      && ownedBy(old, sandbox).isEmpty()
                      && keys(old).isEmpty());
    }
    sandbox.apply(Manifests.cluster());
    cluster.awaitReady();
    cluster.awaitInForce("user");
    await().atMost(TIMEOUT).untilAsserted(() -> assertThat(ownedBy(old, sandbox)).isEmpty());
    await().untilAsserted(() -> assertThat(keys(old)).isEmpty());
    String fresh = sandbox.cluster(CLUSTER).getMetadata().getUid();
    assertThat(fresh).isNotEqualTo(old);
    assertThat(ownedBy(fresh, sandbox))
        .extracting(HasMetadata::getKind)
        .contains("StatefulSet", "Service", "Secret");
    assertThat(keys(fresh)).hasSize(1);
    assertThat(cluster.pods())
        .hasSize(3)
        .extracting(pod -> pod.getMetadata().getUid())
        .doesNotContainAnyElementsOf(oldPods);
    assertThat(cluster.servers())
        .isNotEmpty()
        .allSatisfy(server -> assertAcceptsOnlyNewToken(server, oldToken, cluster.token("user")));
  }

  private static void assertAcceptsOnlyNewToken(RunningServer server, String old, String fresh) {
    assertThat(server.answerTo("user", fresh)).as(server.name()).isEqualTo(WELCOME);
    assertThat(server.answerTo("user", old)).as(server.name()).isEqualTo(REFUSAL);
  }

  private static List<? extends HasMetadata> ownedBy(String uid, Sandbox sandbox) {
    KubernetesClient client = sandbox.client();
    String namespace = sandbox.namespace();
    return Stream.of(
            client.apps().statefulSets().inNamespace(namespace),
            client.services().inNamespace(namespace),
            client.secrets().inNamespace(namespace),
            client.policy().v1().podDisruptionBudget().inNamespace(namespace),
            client.network().v1().networkPolicies().inNamespace(namespace))
        .flatMap(kind -> kind.list().getItems().stream())
        .map(HasMetadata.class::cast)
        .filter(
            object ->
                object.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getUid().equals(uid)))
        .toList();
  }

  /** The operator's keys of a cluster are in the namespace of the operator. */
  private static List<Secret> keys(String clusterUid) {
    String namespace = Node.operatorPods().getFirst().getMetadata().getNamespace();
    return Node.client().secrets().inNamespace(namespace).list().getItems().stream()
        .filter(secret -> secret.getMetadata().getName().contains(clusterUid))
        .toList();
  }
}
