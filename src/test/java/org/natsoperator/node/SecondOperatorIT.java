package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Actuator;
import org.natsoperator.testing.Clients;
import org.natsoperator.testing.Helm;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.ReleaseNodeTest;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/** A second operator is installed by mistake, with another name in another namespace. */
@ReleaseNodeTest
class SecondOperatorIT {

  private static final String CONFLICT = "nats_operator_conflicting_operators 1.0";

  @Test
  void rejectsSecondOperatorAndChangesNothing(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "user");
    Pod first = Node.operatorPods().getFirst();
    List<String> before =
        await()
            .during(Duration.ofSeconds(3))
            .atMost(Duration.ofMinutes(2))
            .until(() -> versions(sandbox), new Unchanged());
    try (Clients clients = cluster.login("user")) {
      for (String crds : List.of("{\"install\": true}", "{\"install\": false}")) {
        Helm.Result answer = Node.install("by-mistake", sandbox.namespace(), "crds=" + crds);
        assertThat(answer.exitCode()).isNotZero();
        assertThat(answer.text())
            .contains(
                "already watches all namespaces",
                first.getMetadata().getNamespace(),
                "uninstall that operator");
      }
      await().during(Duration.ofSeconds(3)).until(() -> versions(sandbox).equals(before));
      assertThat(clients.disconnectedBy()).isEmpty();
      assertThat(Node.operatorPods())
          .isNotEmpty()
          .allMatch(
              pod -> pod.getMetadata().getNamespace().equals(first.getMetadata().getNamespace()));
    }
  }

  /**
   * The namespace that both operators watch has no cluster. There, each would revert the changes of
   * the other.
   */
  @Test
  void bothOperatorsReportConflictIfHelmOnlyRendersSecond(Sandbox sandbox, Sandbox clusters) {
    RunningCluster cluster = RunningCluster.start(clusters, Manifests.cluster(), "user");
    String first = Node.operatorPods().getFirst().getMetadata().getNamespace();
    String watch = "watchNamespaces=[\"%s\"]".formatted(sandbox.namespace());
    List<HasMetadata> second = Node.applyOperator("by-mistake", sandbox.namespace(), watch);
    try (Clients login = cluster.login("user")) {
      awaitConflict(sandbox.namespace(), first);
      awaitConflict(first, sandbox.namespace());
      cluster.applyRole("late");
      cluster.awaitInForce("late");
      assertThat(login.disconnectedBy()).isEmpty();
    } finally {
      Node.deleteOperator(second, sandbox.namespace());
    }
    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(() -> assertThat(metrics(first)).noneMatch(CONFLICT::equals));
  }

  private static void awaitConflict(String namespace, String other) {
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(logs(namespace))
                  .anyMatch(log -> log.contains("otherOperatorNamespace=" + other));
              assertThat(metrics(namespace)).contains(CONFLICT);
            });
  }

  private static List<String> logs(String namespace) {
    var pods = Node.client().pods().inNamespace(namespace);
    return operatorPods(namespace).stream()
        .map(pod -> pods.withName(pod.getMetadata().getName()).getLog())
        .toList();
  }

  private static List<String> metrics(String namespace) {
    return operatorPods(namespace).stream()
        .flatMap(pod -> Actuator.of(pod).get("prometheus").lines())
        .toList();
  }

  private static List<Pod> operatorPods(String namespace) {
    return Node.operatorPods().stream()
        .filter(pod -> pod.getMetadata().getNamespace().equals(namespace))
        .toList();
  }

  /** The resourceVersions of all objects that an operator writes. */
  private static List<String> versions(Sandbox sandbox) {
    var client = sandbox.client();
    String namespace = sandbox.namespace();
    return Stream.of(
            client.resources(NatsCluster.class).inNamespace(namespace),
            client.resources(NatsServiceRole.class).inNamespace(namespace),
            client.secrets().inNamespace(namespace).withLabel("app", "nats"),
            client.services().inNamespace(namespace).withLabel("app", "nats"),
            client.pods().inNamespace(namespace).withLabel("app", "nats"),
            client.apps().statefulSets().inNamespace(namespace))
        .flatMap(kind -> kind.list().getItems().stream())
        .map(HasMetadata.class::cast)
        .map(
            object ->
                object.getMetadata().getUid() + "/" + object.getMetadata().getResourceVersion())
        .sorted()
        .toList();
  }

  private static final class Unchanged implements Predicate<List<String>> {

    private List<String> last = List.of();

    @Override
    public boolean test(List<String> now) {
      boolean same = now.equals(last);
      last = now;
      return same;
    }
  }
}
