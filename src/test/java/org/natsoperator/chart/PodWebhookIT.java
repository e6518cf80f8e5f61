package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.chart.SilentWebhooks.PODS;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.LongTest;

/** The requests for pods that the API server sends to the webhook. */
@LongTest
@ExtendWith(ChartServer.class)
class PodWebhookIT {

  @AutoClose private static SilentWebhooks webhooks;

  @BeforeAll
  static void install() {
    webhooks = new SilentWebhooks();
    webhooks.install();
  }

  @ParameterizedTest
  @CsvSource({"app, web", "nats.io/inject, true", "nats.io/inject, ''"})
  void callsWebhookForLabeledPod(String label, String value) {
    assertThatThrownBy(() -> create(pod(Map.of("nats_cluster", "a", label, value))))
        .hasMessageContaining(PODS);
  }

  @Test
  void doesNotCallWebhookForOtherPods() {
    assertThatCode(() -> create(pod(Map.of()))).doesNotThrowAnyException();
    assertThatCode(() -> create(pod(Map.of("app", "nats")))).doesNotThrowAnyException();
    assertThatCode(() -> create(pod(Map.of("nats_cluster", "a", "nats.io/inject", "false"))))
        .doesNotThrowAnyException();
    assertThatCode(() -> create(pod(Map.of("nats_cluster", "a", "nats.io/inject", "disabled"))))
        .doesNotThrowAnyException();
  }

  /** The policy for server pods checks these instead. */
  @Test
  void doesNotCallWebhookForServers() {
    assertThatThrownBy(() -> create(pod(Map.of("nats_cluster", "a", "app", "nats"))))
        .hasMessageContaining("select a server")
        .hasMessageNotContaining("webhook");
  }

  @Test
  void doesNotCallWebhookForPodsOfOtherNamespaces() {
    Pod pod = pod(Map.of("nats_cluster", "a"));
    pod.getMetadata().setNamespace(ChartServer.namespace("unhooked"));
    assertThatCode(() -> create(pod)).doesNotThrowAnyException();
  }

  @Test
  void doesNotCallWebhookForPodsOfOptedOutNamespace() {
    optOut("\"false\"");
    await()
        .untilAsserted(
            () ->
                assertThatCode(() -> create(pod(Map.of("nats_cluster", "a"))))
                    .doesNotThrowAnyException());
    optOut("null");
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> create(pod(Map.of("nats_cluster", "a"))))
                    .hasMessageContaining(PODS));
  }

  @Test
  void existingPodCanBeUpdatedDebuggedAndDeleted() {
    Pod pod = pod(Map.of("nats.io/inject", "false", "nats_cluster", "a"));
    pod.getMetadata().setName("there");
    pod.getMetadata().setGenerateName(null);
    Pod created = webhooks.client.resource(pod).create();
    created.getMetadata().getLabels().remove("nats.io/inject");
    Pod labeled = webhooks.client.resource(created).patch();
    assertThat(labeled.getMetadata().getLabels()).doesNotContainKey("nats.io/inject");
    // failurePolicy Ignore: the debug container gets no token.
    Pod debugged =
        webhooks
            .client
            .pods()
            .inNamespace(webhooks.namespace)
            .withName("there")
            .ephemeralContainers()
            .edit(
                it ->
                    new PodBuilder(it)
                        .editSpec()
                        .addNewEphemeralContainer()
                        .withName("debugger")
                        .withImage("a")
                        .endEphemeralContainer()
                        .endSpec()
                        .build());
    assertThat(debugged.getSpec().getEphemeralContainers()).hasSize(1);
    assertThatCode(() -> webhooks.client.resource(labeled).delete()).doesNotThrowAnyException();
  }

  /** A mirror pod only represents a pod that the kubelet runs anyway. */
  @Test
  void doesNotCallWebhookForMirrorPod() {
    Pod pod = pod(Map.of("nats_cluster", "a"));
    pod.getSpec().setNodeName("node");
    assertThatThrownBy(() -> create(pod)).hasMessageContaining(PODS);
    pod.getMetadata().setAnnotations(Map.of("kubernetes.io/config.mirror", "a"));
    assertThatCode(() -> create(pod)).doesNotThrowAnyException();
  }

  private static void optOut(String value) {
    webhooks
        .client
        .namespaces()
        .withName(webhooks.namespace)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\": {\"labels\": {\"nats.io/inject\": %s}}}".formatted(value));
  }

  private static HasMetadata create(Pod pod) {
    return webhooks.client.resource(pod).dryRun().create();
  }

  private static Pod pod(Map<String, String> labels) {
    return Pods.labeled(webhooks.namespace, labels);
  }
}
