package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.admission.server.ValidatingReplica;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Helm;
import org.natsoperator.testing.Sandbox;

/** The check of {@code helm test}, with the permissions that the chart gives it. */
@ExtendWith(ApiServer.class)
class InstallationCheckIT {

  private static final String NAME = "nats-operator";

  private Sandbox sandbox;
  private List<String> objects;

  @BeforeEach
  void installTest(Sandbox fresh) {
    sandbox = fresh;
    objects =
        Stream.of(Helm.templateOfTest(sandbox.namespace()).split("(?m)^---$"))
            .filter(text -> text.lines().anyMatch(line -> line.startsWith("kind:")))
            .toList();
    objects.stream().filter(object -> !object.contains("kind: Pod\n")).forEach(sandbox::apply);
    sandbox.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: nats-operator}
        spec:
          replicas: 2
          selector: {matchLabels: {a: b}}
          template:
            metadata: {labels: {a: b}}
            spec: {containers: [{name: a, image: a}]}
        """);
    ready(2);
  }

  @Test
  void passesWithReadyReplicasAndWebhook() {
    try (var webhook = ValidatingReplica.start(sandbox);
        KubernetesClient client = client()) {
      assertThat(webhook.name()).isEqualTo(sandbox.namespace());
      assertThat(check(client).check(NAME, true))
          .containsExactly(
              "2 replicas are ready", "a valid role is admitted", "an invalid role is rejected");
      assertThat(
              sandbox
                  .client()
                  .resources(NatsServiceRole.class)
                  .inNamespace(sandbox.namespace())
                  .list()
                  .getItems())
          .isEmpty();
    }
  }

  @Test
  void failsIfNoWebhookIsCalled() {
    try (KubernetesClient client = client()) {
      assertThatThrownBy(() -> check(client).check(NAME, true))
          .hasMessageContaining("an invalid role was admitted: the webhook was not called");
      assertThat(check(client).check(NAME, false)).contains("the webhooks are disabled");
    }
  }

  @Test
  void failsIfReplicaIsNotReady() {
    ready(1);
    try (KubernetesClient client = client()) {
      assertThatThrownBy(() -> check(client).check(NAME, false))
          .hasMessageContaining("1 of 2 replicas are ready");
      assertThatThrownBy(() -> check(client).check("another", false))
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("forbidden");
    }
  }

  /** The API server would send requests for the webhooks to a pod that the Service selects. */
  @Test
  void podHasNotLabelsOfService() {
    Pod pod =
        Serialization.unmarshal(
            objects.stream().filter(text -> text.contains("kind: Pod\n")).findFirst().orElseThrow(),
            Pod.class);
    Service service =
        Stream.of(Helm.template().split("(?m)^---$"))
            .filter(text -> text.contains("kind: Service\n"))
            .map(text -> Serialization.unmarshal(text, Service.class))
            .findFirst()
            .orElseThrow();
    assertThat(service.getSpec().getSelector()).isNotEmpty();
    assertThat(pod.getMetadata().getLabels())
        .doesNotContainKeys(service.getSpec().getSelector().keySet().toArray(String[]::new));
    assertThat(sandbox.kubectlApply(objects.getLast())).contains("pod/nats-operator-test created");
  }

  private InstallationCheck check(KubernetesClient client) {
    return new InstallationCheck(client, sandbox.namespace(), sandbox.namespace());
  }

  private KubernetesClient client() {
    String user = "system:serviceaccount:%s:nats-operator-test".formatted(sandbox.namespace());
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(sandbox.client().getConfiguration())
                .withImpersonateUsername(user)
                .withRequestRetryBackoffLimit(0)
                .build())
        .build();
  }

  private void ready(int replicas) {
    Deployment deployment =
        sandbox.client().apps().deployments().inNamespace(sandbox.namespace()).withName(NAME).get();
    sandbox
        .client()
        .resource(
            new DeploymentBuilder(deployment)
                .withNewStatus()
                .withReplicas(2)
                .withReadyReplicas(replicas)
                .endStatus()
                .build())
        .updateStatus();
  }
}
