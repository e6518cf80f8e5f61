package org.natsoperator.admission.server;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.natsoperator.admission.review.AdmissionHandler;
import org.natsoperator.admission.review.AdmissionResponse;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.admission.validate.NatsClusterWebhook;
import org.natsoperator.admission.validate.NatsServiceRoleWebhook;
import org.natsoperator.admission.validate.RoleDependencies;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * The validating webhooks of the operator for the clusters and roles of one namespace, with the
 * failure policy Fail.
 */
public record ValidatingReplica(Replica replica, KubernetesClient client, String name)
    implements AutoCloseable {

  private static final String CONFIGURATIONS =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingWebhookConfiguration
      metadata: {name: %1$s}
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: %1$s}
      webhooks:
        - name: natsclusters.nats.io
          clientConfig: {url: "https://localhost:%2$d/validate/natsclusters"}
          namespaceSelector: &namespace {matchLabels: {kubernetes.io/metadata.name: %1$s}}
          rules: [{apiGroups: [nats.io], apiVersions: [v1alpha2], operations: [CREATE, UPDATE], resources: [natsclusters]}]
          sideEffects: None
          admissionReviewVersions: [v1]
          matchConditions: &conditions
            - name: stays-or-changes
              expression: "!has(object.metadata.deletionTimestamp) || object.?spec != oldObject.?spec"
        - name: natsserviceroles.nats.io
          clientConfig: {url: "https://localhost:%2$d/validate/natsserviceroles"}
          namespaceSelector: *namespace
          rules: [{apiGroups: [nats.io], apiVersions: [v1alpha2], operations: [CREATE, UPDATE], resources: [natsserviceroles]}]
          sideEffects: None
          admissionReviewVersions: [v1]
          matchConditions: *conditions
      """;

  private static final String INVALID = Manifests.cluster("probe", "pod: {labels: {app: mine}}");

  /** Starts the webhooks and waits until the API server calls them. */
  public static ValidatingReplica start(Sandbox sandbox) {
    String name = sandbox.namespace();
    Replica replica = Replica.start(Parts.class, name, name, "operator.webhooks.shutdown-delay=0s");
    for (String configuration : CONFIGURATIONS.formatted(name, replica.port()).split("---\n")) {
      sandbox
          .client()
          .resource(configuration)
          .fieldManager("helm")
          .forceConflicts()
          .serverSideApply();
    }
    await().until(() -> rejects(sandbox));
    return new ValidatingReplica(replica, sandbox.client(), name);
  }

  private static boolean rejects(Sandbox sandbox) {
    try {
      sandbox.client().resource(INVALID).inNamespace(sandbox.namespace()).dryRun().create();
      return false;
    } catch (KubernetesClientException e) {
      return e.getMessage().contains("spec.pod.labels.app");
    }
  }

  @Override
  public void close() {
    client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name).delete();
    client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name).delete();
    replica.close();
  }

  @Import({WebhookParts.class, NatsClusterWebhook.class})
  static class Parts {

    @Bean(WebhookPaths.PODS)
    AdmissionHandler pods() {
      return request -> AdmissionResponse.of(List.of(), List.of());
    }

    @Bean(WebhookPaths.ROLES)
    AdmissionHandler roles() {
      return new NatsServiceRoleWebhook(role -> RoleDependencies.UNKNOWN);
    }
  }
}
