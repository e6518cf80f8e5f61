package org.natsoperator.admission.server;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.stream.Stream;
import org.natsoperator.admission.review.WebhookPaths;

/**
 * Webhook configurations like those of the chart, for a server on loopback and for ConfigMaps of
 * one namespace.
 */
record Configurations(KubernetesClient client, String name) implements AutoCloseable {

  private static final String TEMPLATE =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: %sWebhookConfiguration
      metadata: {name: %s}
      webhooks:
        - name: first.nats.io
          clientConfig: {url: "https://localhost:%d/%s"}
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %2$s}}
          objectSelector: {matchLabels: {case: %s}}
          rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
          sideEffects: None
          timeoutSeconds: 30
          admissionReviewVersions: [v1]
      """;

  /**
   * Creates configurations with the name of the namespace. They select its ConfigMaps with label
   * {@code case: patched} or {@code case: refused}.
   */
  static Configurations create(
      KubernetesClient client,
      String name,
      int mutatingPort,
      int validatingPort,
      String validatingPath) {
    apply(client, "Mutating", name, mutatingPort, WebhookPaths.PODS, ConfigMaps.PATCHED);
    apply(
        client,
        "Validating",
        name,
        validatingPort,
        validatingPath,
        validatingPath.equals(WebhookPaths.ROLES) ? ConfigMaps.REFUSED : ConfigMaps.PATCHED);
    return new Configurations(client, name);
  }

  private static void apply(
      KubernetesClient client, String kind, String name, int port, String path, String label) {
    client
        .resource(TEMPLATE.formatted(kind, name, port, path, label))
        .fieldManager("helm")
        .forceConflicts()
        .serverSideApply();
  }

  /** CA bundle of the validating webhook: PEM in Base64. */
  String caBundle() {
    return client
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(name)
        .get()
        .getWebhooks()
        .getFirst()
        .getClientConfig()
        .getCaBundle();
  }

  /**
   * Waits until the API server has called both webhooks. Before that, its watches may not have
   * delivered the webhooks or their CA bundles.
   */
  void awaitCalls(ConfigMaps maps, Replica mutating, Replica validating, String validatingPath) {
    await()
        .until(
            () -> {
              Stream.of(ConfigMaps.PATCHED, ConfigMaps.REFUSED)
                  .forEach(label -> ignoreFailure(() -> maps.create(label)));
              return mutating.requests(WebhookPaths.PODS) > 0
                  && validating.requests(validatingPath) > 0;
            });
  }

  private static void ignoreFailure(Runnable request) {
    try {
      request.run();
    } catch (KubernetesClientException e) {
      // The setup ends when the webhooks have been called.
    }
  }

  @Override
  public void close() {
    client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name).delete();
    client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name).delete();
  }
}
