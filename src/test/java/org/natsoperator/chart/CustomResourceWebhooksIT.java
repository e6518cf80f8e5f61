package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.chart.SilentWebhooks.KINDS;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.LongTest;

/** The requests for roles and clusters that the API server sends to their webhooks. */
@LongTest
@ExtendWith(ChartServer.class)
class CustomResourceWebhooksIT {

  @AutoClose private static SilentWebhooks webhooks;

  @BeforeAll
  static void install() {
    webhooks = new SilentWebhooks();
    KINDS
        .keySet()
        .forEach(kind -> Stream.of("going", "staying").forEach(name -> createKept(kind, name)));
    webhooks.install();
  }

  @Test
  void callsWebhookForRolesAndClusters() {
    KINDS.forEach(
        (kind, webhook) ->
            assertThatThrownBy(
                    () -> webhooks.client.resource(webhooks.object(kind, "new")).create())
                .hasMessageContaining(webhook));
  }

  /** The webhook could only return warnings. */
  @Test
  void doesNotCallWebhookForScaleSubresource() {
    var cluster =
        webhooks
            .client
            .resources(NatsCluster.class)
            .inNamespace(webhooks.namespace)
            .withName("staying");
    Scale scale = cluster.scale();
    scale.getSpec().setReplicas(7);
    cluster.scale(scale);
    assertThat(cluster.get().getSpec().size()).isEqualTo(7);

    // The CRD does it without a webhook.
    Scale tooLarge = cluster.scale();
    tooLarge.getSpec().setReplicas(101);
    assertThatThrownBy(() -> cluster.scale(tooLarge))
        .hasMessageContaining("spec.size", "less than or equal to 100");
  }

  @Test
  void callsWebhookForObjectBeingDeletedOnlyIfItsSpecChanges() {
    KINDS.forEach(
        (kind, webhook) -> {
          assertThatThrownBy(() -> removeFinalizer(webhooks.object(kind, "staying")))
              .hasMessageContaining(webhook);
          webhooks.client.resource(webhooks.object(kind, "going")).delete();
          assertThat(
                  webhooks
                      .client
                      .resource(webhooks.object(kind, "going"))
                      .get()
                      .getMetadata()
                      .getDeletionTimestamp())
              .isNotNull();
          assertThatThrownBy(() -> changeSpec(webhooks.object(kind, "going")))
              .hasMessageContaining(webhook);
          assertThatCode(() -> removeFinalizer(webhooks.object(kind, "going")))
              .doesNotThrowAnyException();
          await()
              .untilAsserted(
                  () ->
                      assertThat(webhooks.client.resource(webhooks.object(kind, "going")).get())
                          .isNull());
        });
  }

  private static void removeFinalizer(GenericKubernetesResource object) {
    GenericKubernetesResource current = webhooks.client.resource(object).get();
    current.getMetadata().setFinalizers(List.of());
    webhooks.client.resource(current).update();
  }

  private static void changeSpec(GenericKubernetesResource object) {
    GenericKubernetesResource current = webhooks.client.resource(object).get();
    current.setAdditionalProperty(
        "spec", Map.of("size", 2, "permissions", Map.of("publish", List.of("a"))));
    webhooks.client.resource(current).update();
  }

  private static void createKept(String kind, String name) {
    GenericKubernetesResource object = webhooks.object(kind, name);
    object.getMetadata().setFinalizers(List.of("example.com/kept"));
    webhooks.client.resource(object).create();
  }
}
