package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An API server beside {@link ApiServer}'s, since the chart's rules hold for all of it: our chart
 * is installed here, for all namespaces, by helm. No operator runs.
 */
public final class ChartServer implements BeforeAllCallback {

  /** A release of the chart, and with it an operator's account. */
  public record Release(String name, String namespace) {

    /** Installs or upgrades it. */
    public void upgrade(String... values) {
      Helm.Result answer = tryUpgrade(values);
      assertThat(answer.exitCode()).as(answer.text()).isZero();
    }

    public Helm.Result tryUpgrade(String... values) {
      return Helm.upgrade(process.kubeconfig(), name, namespace, values);
    }

    public void uninstall() {
      Helm.Result answer = Helm.uninstall(process.kubeconfig(), name, namespace);
      assertThat(answer.exitCode()).as(answer.text()).isZero();
    }

    public String serviceAccount() {
      return name + "-nats-operator";
    }

    public String user() {
      return "system:serviceaccount:%s:%s".formatted(namespace, serviceAccount());
    }
  }

  public static final Release EVERYWHERE = new Release("everywhere", "operator-of-all");

  private static ApiServerProcess process;
  private static KubernetesClient client;

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  /** A client with every right. */
  public static KubernetesClient client() {
    return client;
  }

  /** A client that is taken for this user; without groups, of those that its name tells. */
  public static KubernetesClient as(String user, String... groups) {
    return clientOf(
        new ConfigBuilder(config())
            .withImpersonateUsername(user)
            .withImpersonateGroups(groups)
            .build());
  }

  /** A fresh namespace. */
  public static String namespace(String name) {
    var meta =
        new NamespaceBuilder().withNewMetadata().withGenerateName(name + "-").endMetadata().build();
    return client.resource(meta).create().getMetadata().getName();
  }

  /**
   * What kubectl says when it has the API server check manifests, all of them, without keeping any.
   */
  public static String dryRun(String namespace, String manifests) {
    return Kubectl.apply(process.kubeconfig(), namespace, manifests, "--dry-run=server");
  }

  private static synchronized void start() {
    if (process != null) {
      return;
    }
    Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(50));
    // Off by default until Kubernetes 1.35: with it, whoever binds a pod to a node may label it.
    process =
        ApiServerProcess.start("chart-server", "--feature-gates=PodTopologyLabelsAdmission=true");
    client = clientOf(config());
    // Nobody answers: what is only to be checked by policies must not wait.
    EVERYWHERE.upgrade(
        "replicas=0", "webhooks={\"failurePolicy\": \"Ignore\", \"timeoutSeconds\": 1}");
  }

  private static Config config() {
    return Config.fromKubeconfig(process.kubeconfig().toFile());
  }

  private static KubernetesClient clientOf(Config config) {
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
