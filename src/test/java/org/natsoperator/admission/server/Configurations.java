package org.natsoperator.admission.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.natsoperator.admission.review.WebhookPaths;

/**
 * Webhook configurations as the chart makes them, but for a server on loopback and for ConfigMaps
 * of one namespace.
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
          timeoutSeconds: 5
          admissionReviewVersions: [v1]
      """;

  /**
   * Named like the namespace. Of its ConfigMaps those that are labelled {@code case: patched} and
   * {@code case: refused}.
   */
  static Configurations create(
      KubernetesClient client,
      String name,
      int mutatingPort,
      int validatingPort,
      String validatingPath) {
    apply(client, "Mutating", name, mutatingPort, WebhookPaths.PODS, "patched");
    apply(
        client,
        "Validating",
        name,
        validatingPort,
        validatingPath,
        validatingPath.equals(WebhookPaths.ROLES) ? "refused" : "patched");
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

  @Override
  public void close() {
    client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name).delete();
    client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name).delete();
  }
}
