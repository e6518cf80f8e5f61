package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real API server with our CRDs, one for all tests of a run. Nothing else of Kubernetes runs: no controller makes pods
 * or collects garbage. Tests take a {@link Sandbox} as parameter.
 */
public final class ApiServer implements BeforeAllCallback, ParameterResolver {

  private static final List<String> CRDS =
      List.of("natsclusters.nats.io-v1.yml", "natsserviceroles.nats.io-v1.yml");

  private static ApiServerProcess process;
  private static KubernetesClient client;

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType().equals(Sandbox.class);
  }

  @Override
  public Sandbox resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store =
        context.getStore(ExtensionContext.Namespace.create(ApiServer.class, context.getUniqueId()));
    // The store closes it when the test is over.
    String key = parameter.getDeclaringExecutable().getName() + parameter.getIndex();
    return store.computeIfAbsent(key, asked -> Sandbox.create(), Sandbox.class);
  }

  /** A client with every right. */
  static KubernetesClient client() {
    return client;
  }

  static Path kubeconfig() {
    return process.kubeconfig();
  }

  private static synchronized void start() {
    if (process != null) {
      return;
    }
    Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(50));
    process = ApiServerProcess.start("api-server");
    // fabric8's own way to find its cluster: the operator under test takes it too.
    System.setProperty(Config.KUBERNETES_KUBECONFIG_FILE, kubeconfig().toString());
    client = new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig().toFile())).build();
    CRDS.forEach(ApiServer::install);
  }

  private static void install(String file) {
    var yaml = ApiServer.class.getResourceAsStream("/META-INF/fabric8/" + file);
    CustomResourceDefinition crd = client.apiextensions().v1().customResourceDefinitions().load(yaml).serverSideApply();
    client
        .resource(crd)
        .waitUntilCondition(
            now ->
                now.getStatus() != null
                    && now.getStatus().getConditions() != null
                    && now.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Established") && condition.getStatus().equals("True")),
            10,
            TimeUnit.SECONDS);
  }
}
