package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.OneAttempt;

/**
 * Tests which requests the API server sends to the webhooks. No webhook answers here, so each of
 * these requests fails. The release watches one namespace, so that other tests are not affected.
 */
@ExtendWith(ChartServer.class)
class WebhooksIT {

  private static final Release RELEASE = new Release("hooked", "operator-with-webhooks");
  private static final String NO_CRDS = "crds={\"install\": false}";
  private static final String CA = "Q0E=";
  private static final String FINALIZER = "example.com/kept";
  private static final Map<String, String> KINDS =
      Map.of("NatsServiceRole", "natsserviceroles.nats.io", "NatsCluster", "natsclusters.nats.io");

  private static String namespace;
  private static KubernetesClient client;

  @BeforeAll
  static void install() {
    client = OneAttempt.of(ChartServer.client());
    namespace = ChartServer.namespace("hooked");
    KINDS.forEach(
        (kind, webhook) ->
            Stream.of("going", "staying")
                .forEach(name -> client.resource(kept(nats(kind, name))).create()));
    RELEASE.upgrade("replicas=0", NO_CRDS, watching());
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> create(pod(Map.of("nats_cluster", "a"))))
                    .hasMessageContaining("pods.nats.io"));
    var role = client.resource(nats("NatsServiceRole", "new"));
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> role.dryRun().create())
                    .hasMessageContaining("natsserviceroles.nats.io"));
  }

  @AfterAll
  static void uninstall() {
    RELEASE.uninstall();
    assertThat(
            client()
                .admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(RELEASE.serviceAccount())
                .get())
        .isNull();
    assertThat(
            client()
                .admissionRegistration()
                .v1()
                .validatingWebhookConfigurations()
                .withName(RELEASE.serviceAccount())
                .get())
        .isNull();
    assertThat(secret()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"app, web", "nats.io/inject, true", "nats.io/inject, ''"})
  void callsWebhookForLabeledPod(String label, String value) {
    assertThatThrownBy(() -> create(pod(Map.of("nats_cluster", "a", label, value))))
        .hasMessageContaining("pods.nats.io");
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
    optOut("false");
    await()
        .untilAsserted(
            () ->
                assertThatCode(() -> create(pod(Map.of("nats_cluster", "a"))))
                    .doesNotThrowAnyException());
    optOut(null);
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> create(pod(Map.of("nats_cluster", "a"))))
                    .hasMessageContaining("pods.nats.io"));
  }

  @Test
  void existingPodCanBeUpdatedDebuggedAndDeleted() {
    Pod pod = pod(Map.of("nats.io/inject", "false", "nats_cluster", "a"));
    pod.getMetadata().setName("there");
    pod.getMetadata().setGenerateName(null);
    Pod created = client().resource(pod).create();
    created.getMetadata().getLabels().remove("nats.io/inject");
    Pod labeled = client().resource(created).patch();
    assertThat(labeled.getMetadata().getLabels()).doesNotContainKey("nats.io/inject");
    // failurePolicy Ignore: the debug container gets no token.
    Pod debugged =
        client()
            .pods()
            .inNamespace(namespace)
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
    assertThatCode(() -> client().resource(labeled).delete()).doesNotThrowAnyException();
  }

  /** A mirror pod only represents a pod that the kubelet runs anyway. */
  @Test
  void doesNotCallWebhookForMirrorPod() {
    Pod pod = pod(Map.of("nats_cluster", "a"));
    pod.getSpec().setNodeName("node");
    assertThatThrownBy(() -> create(pod)).hasMessageContaining("pods.nats.io");
    pod.getMetadata().setAnnotations(Map.of("kubernetes.io/config.mirror", "a"));
    assertThatCode(() -> create(pod)).doesNotThrowAnyException();
  }

  @Test
  void callsWebhookForRolesAndClusters() {
    KINDS.forEach(
        (kind, webhook) ->
            assertThatThrownBy(() -> client().resource(nats(kind, "new")).create())
                .hasMessageContaining(webhook));
  }

  /** The webhook could only return warnings. */
  @Test
  void doesNotCallWebhookForScaleSubresource() {
    var cluster = client().resources(NatsCluster.class).inNamespace(namespace).withName("staying");
    Scale scale = cluster.scale();
    scale.getSpec().setReplicas(7);
    cluster.scale(scale);
    assertThat(cluster.get().getSpec().size()).isEqualTo(7);
  }

  @Test
  void callsWebhookForObjectBeingDeletedOnlyIfItsSpecChanges() {
    KINDS.forEach(
        (kind, webhook) -> {
          assertThatThrownBy(() -> removeFinalizer(nats(kind, "staying")))
              .hasMessageContaining(webhook);
          client().resource(nats(kind, "going")).delete();
          assertThat(
                  client().resource(nats(kind, "going")).get().getMetadata().getDeletionTimestamp())
              .isNotNull();
          assertThatThrownBy(() -> changeSpec(nats(kind, "going"))).hasMessageContaining(webhook);
          assertThatCode(() -> removeFinalizer(nats(kind, "going"))).doesNotThrowAnyException();
          await()
              .untilAsserted(
                  () -> assertThat(client().resource(nats(kind, "going")).get()).isNull());
        });
  }

  @Test
  void upgradeKeepsDataThatOperatorWrote() {
    var mutating =
        client()
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(RELEASE.serviceAccount());
    var validating =
        client()
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withName(RELEASE.serviceAccount());
    mutating.edit(it -> withCa(it));
    validating.edit(it -> withCa(it));
    Secret secret = secret();
    assertThat(secret.getData()).isNullOrEmpty();
    secret.setData(Map.of("ca.crt", CA));
    client().resource(secret).update();
    RELEASE.upgrade("replicas=0", NO_CRDS, watching(), "webhooks={\"timeoutSeconds\": 6}");
    RELEASE.upgrade("replicas=0", NO_CRDS, watching());
    assertThat(mutating.get().getWebhooks())
        .hasSize(2)
        .allSatisfy(it -> assertThat(it.getClientConfig().getCaBundle()).isEqualTo(CA));
    assertThat(validating.get().getWebhooks())
        .hasSize(3)
        .allSatisfy(it -> assertThat(it.getClientConfig().getCaBundle()).isEqualTo(CA));
    assertThat(mutating.get().getWebhooks())
        .extracting(MutatingWebhook::getTimeoutSeconds)
        .containsOnly(5);
    assertThat(secret().getData()).isEqualTo(Map.of("ca.crt", CA));
  }

  @Test
  void configurationsHaveExpectedOptions() {
    var pods =
        client()
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(RELEASE.serviceAccount())
            .get()
            .getWebhooks();
    var ours =
        client()
            .admissionRegistration()
            .v1()
            .validatingWebhookConfigurations()
            .withName(RELEASE.serviceAccount())
            .get()
            .getWebhooks();
    assertThat(pods)
        .extracting(MutatingWebhook::getFailurePolicy)
        .containsExactly("Fail", "Ignore");
    assertThat(pods).extracting(MutatingWebhook::getReinvocationPolicy).containsOnly("IfNeeded");
    assertThat(pods).extracting(MutatingWebhook::getSideEffects).containsOnly("None");
    assertThat(ours).extracting(ValidatingWebhook::getSideEffects).containsOnly("None");
    assertThat(ours)
        .extracting(ValidatingWebhook::getFailurePolicy)
        .containsExactly("Fail", "Fail", "Ignore");
    assertThat(pods)
        .extracting(it -> it.getClientConfig().getService().getPath())
        .containsOnly("/mutate/pods");
    assertThat(ours)
        .extracting(it -> it.getClientConfig().getService().getPath())
        .containsExactly(
            "/validate/natsserviceroles", "/validate/natsclusters", "/validate/natsclusters");
  }

  private static MutatingWebhookConfiguration withCa(MutatingWebhookConfiguration configuration) {
    configuration.getWebhooks().forEach(it -> it.getClientConfig().setCaBundle(CA));
    return configuration;
  }

  private static ValidatingWebhookConfiguration withCa(
      ValidatingWebhookConfiguration configuration) {
    configuration.getWebhooks().forEach(it -> it.getClientConfig().setCaBundle(CA));
    return configuration;
  }

  private static Secret secret() {
    return client()
        .secrets()
        .inNamespace(RELEASE.namespace())
        .withName(RELEASE.serviceAccount() + "-webhooks")
        .get();
  }

  private static void optOut(String value) {
    client()
        .namespaces()
        .withName(namespace)
        .edit(
            it ->
                new NamespaceBuilder(it)
                    .editMetadata()
                    .removeFromLabels("nats.io/inject")
                    .endMetadata()
                    .build());
    if (value != null) {
      client()
          .namespaces()
          .withName(namespace)
          .edit(
              it ->
                  new NamespaceBuilder(it)
                      .editMetadata()
                      .addToLabels("nats.io/inject", value)
                      .endMetadata()
                      .build());
    }
  }

  private static String watching() {
    return "watchNamespaces=[\"%s\"]".formatted(namespace);
  }

  private static HasMetadata create(Pod pod) {
    return client().resource(pod).dryRun().create();
  }

  private static Pod pod(Map<String, String> labels) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withGenerateName("a-")
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withAutomountServiceAccountToken(false)
        .addNewContainer()
        .withName("a")
        .withImage("a")
        .endContainer()
        .endSpec()
        .build();
  }

  private static GenericKubernetesResource nats(String kind, String name) {
    var object = new GenericKubernetesResource();
    object.setApiVersion("nats.io/v1alpha2");
    object.setKind(kind);
    object.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    object.setAdditionalProperty("spec", Map.of());
    return object;
  }

  private static GenericKubernetesResource kept(GenericKubernetesResource object) {
    object.getMetadata().setFinalizers(List.of(FINALIZER));
    return object;
  }

  private static void removeFinalizer(GenericKubernetesResource object) {
    GenericKubernetesResource current = client().resource(object).get();
    current.getMetadata().setFinalizers(List.of());
    client().resource(current).update();
  }

  private static void changeSpec(GenericKubernetesResource object) {
    GenericKubernetesResource current = client().resource(object).get();
    current.setAdditionalProperty(
        "spec", Map.of("size", 2, "permissions", Map.of("publish", List.of("a"))));
    client().resource(current).update();
  }

  /** A client without retries. */
  private static KubernetesClient client() {
    return client;
  }
}
