package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A separate API server, because the chart's policies apply to all objects of a server. Helm
 * installs the chart here for all namespaces. No operator runs.
 */
public final class ChartServer implements BeforeAllCallback {

  /** A release of the chart with the ServiceAccount of its operator. */
  public record Release(String name, String namespace) {

    /** Installs or upgrades the release. */
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

  /** Watches some namespaces that {@link #EVERYWHERE} watches too. */
  public static final Release SOME = new Release("some", "operator-of-a-list");

  /** A user, and a group, that may write Secrets with the labels of {@link #EVERYWHERE}. */
  public static final String RESTORE_USER = "restore-tool";

  public static final String RESTORE_GROUP = "restore-tools";

  /** A ServiceAccount that servers may use. */
  public static final String SERVERS_ACCOUNT = "servers";

  private static ApiServerProcess process;
  private static KubernetesClient client;

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  /** A kubeconfig with all permissions. */
  public static Path kubeconfig() {
    return process.kubeconfig();
  }

  /** A client with all permissions. */
  public static KubernetesClient client() {
    return client;
  }

  /** A new namespace. */
  public static Sandbox sandbox() {
    return Sandbox.create(client, process.kubeconfig());
  }

  /**
   * A client that impersonates this user. Without groups, it gets those of the ServiceAccount in
   * its name.
   */
  public static KubernetesClient as(String user, String... groups) {
    return clientOf(
        new ConfigBuilder(config())
            .withImpersonateUsername(user)
            .withImpersonateGroups(groups)
            .build());
  }

  /** Creates a namespace. */
  public static String namespace(String name) {
    var meta =
        new NamespaceBuilder().withNewMetadata().withGenerateName(name + "-").endMetadata().build();
    return client.resource(meta).create().getMetadata().getName();
  }

  /** Returns the output of kubectl for a server-side dry run of manifests. */
  public static String dryRun(String namespace, String manifests) {
    return Kubectl.apply(process.kubeconfig(), namespace, manifests, "--dry-run=server");
  }

  /** Runs controllers of Kubernetes, by their names; closing the result ends them. */
  public static AutoCloseable controllers(String... names) {
    Process manager = LocalCluster.controllerManager(process.kubeconfig(), names);
    return manager::destroyForcibly;
  }

  private static synchronized void start() {
    if (process != null) {
      return;
    }
    // Before the operator reconciles everything again. Tests of a promised time set their own
    // bound.
    Awaitility.setDefaultTimeout(Duration.ofSeconds(50));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(50));
    // Off by default until Kubernetes 1.35. With it, a Binding can set labels of a pod.
    process =
        ApiServerProcess.start("chart-server", "--feature-gates=PodTopologyLabelsAdmission=true");
    client = clientOf(config());
    // No webhook answers here: requests for tests of policies must not wait for one.
    EVERYWHERE.upgrade(
        "replicas=0",
        "webhooks={\"failurePolicy\": \"Ignore\", \"timeoutSeconds\": 1}",
        ("guardRails={\"labels\": {\"creators\": [\"%s\", \"%s\", \"%s\"]}, \"operatorAccount\":"
                + " {\"serverServiceAccounts\": [\"%s\"]}}")
            .formatted(SOME.user(), RESTORE_USER, RESTORE_GROUP, SERVERS_ACCOUNT));
    awaitPolicies();
  }

  /** The API server puts all policies in force that it knows. So it knew the older ones. */
  private static void awaitPolicies() {
    Sandbox sandbox = sandbox();
    var map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("awaited")
            .withNamespace(sandbox.namespace())
            .endMetadata()
            .build();
    Runnable attempt = () -> client.resource(map).dryRun().create();
    ForbiddenCreation.on(sandbox, "configmaps", "policies are in force", attempt).close();
  }

  private static Config config() {
    return Config.fromKubeconfig(process.kubeconfig().toFile());
  }

  private static KubernetesClient clientOf(Config config) {
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}
