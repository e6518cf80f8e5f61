package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.dsl.ServiceResource;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;

/** Manual changes of the operator's objects, and their repair. */
@OperatorTest
class RepairIT {

  private Sandbox sandbox;

  @BeforeEach
  void cluster(Sandbox fresh) {
    sandbox = fresh;
    sandbox.apply(Manifests.cluster());
    await().untilAsserted(() -> assertThat(sandbox.configs(CLUSTER)).hasSize(2));
  }

  @Test
  void repairsEditedServiceAndKeepsForeignFields() {
    service()
        .edit(
            service ->
                new ServiceBuilder(service)
                    .editMetadata()
                    .addToAnnotations("example.com/theirs", "kept")
                    .addToLabels("theirs", "kept")
                    .endMetadata()
                    .editSpec()
                    .addToSelector("app", "stolen")
                    .editFirstPort()
                    .withNewTargetPort(9999)
                    .endPort()
                    .endSpec()
                    .build());
    await()
        .untilAsserted(
            () -> {
              assertThat(service().get().getSpec().getSelector()).containsEntry("app", "nats");
              assertThat(service().get().getSpec().getPorts())
                  .singleElement()
                  .satisfies(port -> assertThat(port.getTargetPort().getIntVal()).isEqualTo(4222));
            });
    assertThat(service().get().getMetadata().getAnnotations())
        .containsEntry("example.com/theirs", "kept");
    assertThat(service().get().getMetadata().getLabels()).containsEntry("theirs", "kept");
  }

  @Test
  void recreatesDeletedService() {
    String uid = service().get().getMetadata().getUid();
    service().delete();
    await()
        .untilAsserted(
            () ->
                assertThat(service().get())
                    .extracting(current -> current.getMetadata().getUid())
                    .isNotEqualTo(uid));
  }

  @Test
  void repairsServiceWithoutLabels() {
    service()
        .edit(
            service ->
                new ServiceBuilder(service)
                    .editMetadata()
                    .removeFromLabels("app")
                    .endMetadata()
                    .build());
    await()
        .untilAsserted(
            () ->
                assertThat(service().get().getMetadata().getLabels()).containsEntry("app", "nats"));
  }

  @Test
  void restoresAuthorizationRemovedFromConfig() {
    for (String name : sandbox.configs(CLUSTER).keySet()) {
      sandbox
          .client()
          .resource(sandbox.secret(name))
          .edit(
              current ->
                  new SecretBuilder(current).addToStringData(ServerConfigFile.KEY, "{}").build());
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.configs(CLUSTER).get(name).parse().at("/authorization/users"))
                      .hasSize(1));
    }
  }

  @Test
  void repairsEditedStatefulSet() {
    var set =
        sandbox.client().apps().statefulSets().inNamespace(sandbox.namespace()).withName(CLUSTER);
    set.edit(
        current ->
            new StatefulSetBuilder(current)
                .editSpec()
                .editUpdateStrategy()
                .withType("RollingUpdate")
                .endUpdateStrategy()
                .editTemplate()
                .editSpec()
                .editFirstContainer()
                .withImage("evil:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build());
    await()
        .untilAsserted(
            () -> {
              assertThat(set.get().getSpec().getUpdateStrategy().getType()).isEqualTo("OnDelete");
              assertThat(
                      set.get()
                          .getSpec()
                          .getTemplate()
                          .getSpec()
                          .getContainers()
                          .getFirst()
                          .getImage())
                  .isEqualTo("nats:2.15.3");
            });
  }

  @Test
  void appliesSmallerSizeAndNewServicePolicy() {
    sandbox.apply(
        Manifests.cluster(
            "size: 2\n"
                + "servicePolicy: {annotations: {example.com/wanted: 'yes'}, labels: {app: stolen,"
                + " more: label}}"));
    await()
        .untilAsserted(
            () ->
                assertThat(service().get().getMetadata().getAnnotations())
                    .containsEntry("example.com/wanted", "yes"));
    assertThat(service().get().getMetadata().getLabels())
        .containsEntry("more", "label")
        .containsEntry("app", "nats");
    sandbox.apply(Manifests.cluster("size: 2"));
    await()
        .untilAsserted(
            () -> assertThat(service().get().getMetadata().getLabels()).doesNotContainKey("more"));
  }

  @Test
  void keepsKeysInOperatorNamespaceUntilClusterIsDeleted() {
    String keys = "nats-cluster-" + sandbox.cluster(CLUSTER).getMetadata().getUid();
    assertThat(keys(keys)).isNotNull();
    assertThat(
            sandbox
                .configs(CLUSTER)
                .get(CLUSTER)
                .parse()
                .at("/accounts/$SYS/users/0/nkey")
                .asText())
        .startsWith("U")
        .hasSize(56);
    sandbox.delete(sandbox.cluster(CLUSTER));
    // Well before the next cleanup: an uninstallation directly afterwards leaves no keys.
    Stopwatch.within(Duration.ofSeconds(3), () -> assertThat(keys(keys)).isNull());
  }

  @Test
  void doesNotDeleteForeignSecretWithOperatorLabels() {
    Secret foreign =
        new SecretBuilder()
            .withNewMetadata()
            .withName("theirs")
            .withNamespace(sandbox.namespace())
            .addToLabels("app", "nats")
            .addToLabels("nats_cluster", CLUSTER)
            .endMetadata()
            .build();
    sandbox.client().resource(foreign).create();
    sandbox.apply(Manifests.cluster("size: 2"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getMessage())
                    .contains("of 2 servers"));
    assertThat(sandbox.secret("theirs")).isNotNull();
  }

  @Test
  void ignoresForeignPodThatLooksLikeServer() {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(CLUSTER + "-1")
            .withNamespace(sandbox.namespace())
            .addToLabels("app", "nats")
            .addToLabels("nats_cluster", CLUSTER)
            .addToLabels("nats_version", "2.15.3")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("nats")
            .withImage("a")
            .endContainer()
            .endSpec()
            .build();
    sandbox.client().resource(pod).create();
    sandbox.apply(Manifests.cluster("size: 2"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.cluster(CLUSTER).getStatus().servers()).isEqualTo("0/2"));
    assertThat(sandbox.cluster(CLUSTER).getStatus().size()).isZero();
    assertThat(
            sandbox
                .client()
                .pods()
                .inNamespace(sandbox.namespace())
                .withName(CLUSTER + "-1")
                .get()
                .getMetadata()
                .getAnnotations())
        .isNullOrEmpty();
  }

  private ServiceResource<Service> service() {
    return sandbox.client().services().inNamespace(sandbox.namespace()).withName(CLUSTER);
  }

  private Secret keys(String name) {
    return sandbox.client().secrets().inNamespace(OperatorTest.NAMESPACE).withName(name).get();
  }
}
