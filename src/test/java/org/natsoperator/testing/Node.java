package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The local cluster: a complete Kubernetes with the operator installed by its chart. {@code
 * end-to-end/test} creates it and sets KUBECONFIG. Its pods are reachable from here, and their
 * processes run on this machine.
 */
public final class Node extends Sandboxes implements AfterAllCallback {

  private static final int REPLICAS = 2;

  private static KubernetesClient client;
  private final List<Sandbox> sandboxes = new ArrayList<>();

  @Override
  void start() {
    if (client == null) {
      client =
          new KubernetesClientBuilder()
              .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
              .build();
    }
  }

  @Override
  Sandbox create() {
    Sandbox sandbox = Sandbox.create(client, kubeconfig());
    sandboxes.add(sandbox);
    return sandbox;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    sandboxes.forEach(Node::delete);
  }

  /**
   * Deletes the cluster first, so that the operator does not write into a namespace that is being
   * deleted.
   */
  private static void delete(Sandbox sandbox) {
    var secrets = client.secrets().inNamespace(sandbox.namespace());
    await().atMost(Duration.ofMinutes(3)).until(() -> secrets.list().getItems().isEmpty());
    // A lame duck duration of two minutes would delay the deletion of the namespace.
    client.pods().inNamespace(sandbox.namespace()).withGracePeriod(0).delete();
    client.namespaces().withName(sandbox.namespace()).delete();
  }

  /** A client with all permissions. */
  public static KubernetesClient client() {
    return client;
  }

  /** The running pods of the operator. */
  public static List<Pod> operatorPods() {
    return operatorPodsIncludingTerminating().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  /** Terminating pods may still answer. */
  public static List<Pod> operatorPodsIncludingTerminating() {
    return client
        .pods()
        .inAnyNamespace()
        .withLabel("app.kubernetes.io/name", "nats-operator")
        .list()
        .getItems();
  }

  /** Waits until all replicas are ready, also after restarts of their containers. */
  public static void awaitOperator() {
    await()
        .atMost(Duration.ofMinutes(3))
        .ignoreExceptions()
        .until(
            () ->
                operatorPods().size() == REPLICAS
                    && operatorPods().stream().allMatch(Readiness::isPodReady));
  }

  /** Installs another release of the chart, unless helm rejects it. */
  public static Helm.Result install(String release, String namespace, String... values) {
    return Helm.upgrade(kubeconfig(), release, namespace, values);
  }

  /**
   * Applies another operator as rendered manifests, so that the chart's check for other operators
   * is skipped. It has the installed image, no CRDs and one pod.
   *
   * @return the objects to delete again
   */
  public static List<HasMetadata> applyOperator(
      String release, String namespace, String... values) {
    String image = operatorPods().getFirst().getSpec().getContainers().getFirst().getImage();
    int tag = image.lastIndexOf(':');
    String repository =
        "image={\"repository\": \"%s\", \"tag\": \"%s\"}"
            .formatted(image.substring(0, tag), image.substring(tag + 1));
    List<String> all =
        new ArrayList<>(List.of("crds={\"install\": false}", "replicas=1", repository));
    all.addAll(List.of(values));
    Helm.Result rendered = Helm.tryTemplateOf(release, namespace, all.toArray(String[]::new));
    assertThat(rendered.exitCode()).as(rendered.text()).isZero();
    var manifest =
        client.load(new ByteArrayInputStream(rendered.text().getBytes(StandardCharsets.UTF_8)));
    manifest.serverSideApply();
    return manifest.items();
  }

  /** Deletes such an operator. Its pods come first, because a running pod recreates its Secrets. */
  public static void deleteOperator(List<HasMetadata> objects, String namespace) {
    objects.stream()
        .filter(Deployment.class::isInstance)
        .forEach(deployment -> client.resource(deployment).delete());
    var pods =
        client.pods().inNamespace(namespace).withLabel("app.kubernetes.io/name", "nats-operator");
    await().atMost(Duration.ofMinutes(3)).until(() -> pods.list().getItems().isEmpty());
    client.resourceList(objects).delete();
    client.secrets().inNamespace(namespace).withLabel("nats.io/cluster-keys").delete();
    client.secrets().inNamespace(namespace).withName("nats-operator-token-proofs").delete();
  }

  static Path kubeconfig() {
    String path = System.getenv("KUBECONFIG");
    if (path == null) {
      throw new IllegalStateException(
          "KUBECONFIG is not set: these tests run by `make test-long` and `make test-release`");
    }
    return Path.of(path);
  }
}
