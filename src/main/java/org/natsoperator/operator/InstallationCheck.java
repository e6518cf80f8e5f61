package org.natsoperator.operator;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleSpec;
import org.natsoperator.api.Permissions;

/**
 * Checks an installed operator: the main class of the pod of {@code helm test}. It creates nothing,
 * since its requests are dry runs. Its exit code is 1 if a check fails.
 */
final class InstallationCheck {

  private static final String NAME = "installation-check";
  private static final String INVALID_SUBJECT = "installation..check";

  /** Part of the webhook's message; the CRD accepts the subject. */
  private static final String ERROR = "has an empty token";

  private final KubernetesClient client;
  private final String namespace;
  private final String watched;

  /**
   * @param namespace of the operator
   * @param watched a namespace that the operator watches
   */
  InstallationCheck(KubernetesClient client, String namespace, String watched) {
    this.client = client;
    this.namespace = namespace;
    this.watched = watched;
  }

  /**
   * Arguments: the Deployment, its namespace, a watched namespace, whether webhooks are enabled.
   */
  static void main(String[] arguments) {
    var config = new ConfigBuilder().withRequestRetryBackoffLimit(0).build();
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build()) {
      new InstallationCheck(client, arguments[1], arguments[2])
          .check(arguments[0], Boolean.parseBoolean(arguments[3]))
          .forEach(System.out::println);
    } catch (IllegalStateException | KubernetesClientException e) {
      System.out.println("failed: " + e.getMessage());
      System.exit(1);
    }
    System.exit(0);
  }

  /** Returns the results; throws the first error. */
  List<String> check(String deployment, boolean webhooks) {
    String ready = replicas(deployment);
    String good = admitsGoodRole();
    return webhooks
        ? List.of(ready, good, rejectsBadRole())
        : List.of(ready, good, "the webhooks are disabled");
  }

  private String replicas(String name) {
    Deployment deployment = client.apps().deployments().inNamespace(namespace).withName(name).get();
    if (deployment == null) {
      throw new IllegalStateException(
          "Deployment %s/%s does not exist; install the chart again".formatted(namespace, name));
    }
    int wanted = deployment.getSpec().getReplicas();
    Integer ready = deployment.getStatus().getReadyReplicas();
    if (wanted > 0 && (ready == null || ready < wanted)) {
      throw new IllegalStateException(
          "Deployment %s/%s: %d of %d replicas are ready; see their logs"
              .formatted(namespace, name, ready == null ? 0 : ready, wanted));
    }
    return "%d replicas are ready".formatted(wanted);
  }

  private String admitsGoodRole() {
    createDryRun("installation.check");
    return "a valid role is admitted";
  }

  private String rejectsBadRole() {
    try {
      createDryRun(INVALID_SUBJECT);
    } catch (KubernetesClientException e) {
      if (String.valueOf(e.getMessage()).contains(ERROR)) {
        return "an invalid role is rejected";
      }
      throw e;
    }
    throw new IllegalStateException(
        "an invalid role was admitted: the webhook was not called; see the"
            + " ValidatingWebhookConfiguration");
  }

  private void createDryRun(String subject) {
    NatsServiceRole role = new NatsServiceRole();
    role.getMetadata().setName(NAME);
    role.getMetadata().setNamespace(watched);
    role.getMetadata().setLabels(Map.of(NatsApi.CLUSTER_LABEL, NAME));
    role.setSpec(new NatsServiceRoleSpec(new Permissions(List.of(subject), List.of()), null));
    client.resource(role).dryRun().create();
  }
}
