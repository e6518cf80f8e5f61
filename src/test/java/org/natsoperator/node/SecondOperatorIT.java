package org.natsoperator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Clients;
import org.natsoperator.testing.Helm;
import org.natsoperator.testing.LongNodeTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Node;
import org.natsoperator.testing.RunningCluster;
import org.natsoperator.testing.Sandbox;

/** A second operator is installed by mistake, under another name in another namespace. */
@LongNodeTest
class SecondOperatorIT {

  @Test
  void it_is_refused_and_nothing_changes(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "user");
    Pod first = Node.operatorPods().getFirst();
    List<String> before = await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(20)).until(() -> versions(sandbox), new Unchanged());
    try (Clients clients = cluster.login("user")) {
      for (String crds : List.of("{\"install\": true}", "{\"install\": false}")) {
        Helm.Answer answer = Node.install("by-mistake", sandbox.namespace(), "crds=" + crds);
        assertThat(answer.exitCode()).isNotZero();
        assertThat(answer.text()).contains("already looks after all namespaces", first.getMetadata().getNamespace(), "uninstall that one");
      }
      await().during(Duration.ofSeconds(3)).until(() -> versions(sandbox).equals(before));
      assertThat(clients.thrownOutOf()).isEmpty();
      assertThat(Node.operatorPods()).allMatch(pod -> pod.getMetadata().getNamespace().equals(first.getMetadata().getNamespace()));
    }
  }

  @Test
  void one_that_helm_never_saw_does_nothing_and_says_why(Sandbox sandbox) {
    RunningCluster cluster = RunningCluster.start(sandbox, Manifests.cluster(), "user");
    String first = Node.operatorPods().getFirst().getMetadata().getNamespace();
    List<String> before = await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(20)).until(() -> versions(sandbox), new Unchanged());
    List<HasMetadata> second = Node.applyOperator("by-mistake", sandbox.namespace());
    try (Clients clients = cluster.login("user")) {
      await().atMost(Duration.ofMinutes(2)).ignoreExceptions().untilAsserted(() -> assertThat(log(sandbox)).contains("The operator in namespace " + first + " looks after the same clusters", "uninstall one"));
      await().atMost(Duration.ofMinutes(2)).until(() -> operatorPods(sandbox).stream().allMatch(Readiness::isPodReady));
      await().during(Duration.ofSeconds(5)).atMost(Duration.ofSeconds(10)).until(() -> versions(sandbox).equals(before));
      // Both have webhooks, and both must answer.
      cluster.applyRole("late");
      cluster.awaitInForce("late");
      assertThat(clients.thrownOutOf()).isEmpty();
    } finally {
      Node.deleteOperator(second, sandbox.namespace());
    }
  }

  private static String log(Sandbox sandbox) {
    return sandbox.client().pods().inNamespace(sandbox.namespace()).withName(operatorPods(sandbox).getFirst().getMetadata().getName()).getLog();
  }

  private static List<Pod> operatorPods(Sandbox sandbox) {
    return Node.operatorPods().stream().filter(pod -> pod.getMetadata().getNamespace().equals(sandbox.namespace())).toList();
  }

  /** Of all that an operator writes. */
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
        .map(object -> object.getMetadata().getUid() + "/" + object.getMetadata().getResourceVersion())
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
