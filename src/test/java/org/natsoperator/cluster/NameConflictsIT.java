package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * Objects that the API server rejects, and foreign objects with the name of the operator's objects.
 * The operator reports them and never changes foreign objects.
 */
@OperatorTest
class NameConflictsIT {

  @Test
  void foreignSecretWithClusterNameIsNeitherChangedNorDeleted(Sandbox sandbox) {
    var foreign =
        new SecretBuilder()
            .withNewMetadata()
            .withName(CLUSTER)
            .withNamespace(sandbox.namespace())
            .endMetadata()
            .addToStringData("nats.conf", "foreign")
            .build();
    sandbox.client().resource(foreign).create();
    sandbox.apply(Manifests.cluster());
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getStatus())
                    .isEqualTo("False"));
    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(sandbox.secret(CLUSTER).getData())
                    .isEqualTo(Map.of("nats.conf", "Zm9yZWlnbg==")));
    assertThat(sandbox.secret(CLUSTER).getMetadata().getOwnerReferences()).isEmpty();
  }

  @Test
  void doesNotChangeForeignServiceWithClusterName(Sandbox sandbox) {
    var foreign =
        new ServiceBuilder()
            .withNewMetadata()
            .withName(CLUSTER)
            .withNamespace(sandbox.namespace())
            .endMetadata()
            .withNewSpec()
            .addToSelector("foreign", "yes")
            .addNewPort()
            .withName("foreign")
            .withPort(80)
            .endPort()
            .endSpec()
            .build();
    sandbox.client().resource(foreign).create();
    sandbox.apply(Manifests.cluster());
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getStatus())
                    .isEqualTo("False"));
    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(
            () ->
                assertThat(
                        sandbox
                            .client()
                            .services()
                            .inNamespace(sandbox.namespace())
                            .withName(CLUSTER)
                            .get()
                            .getSpec()
                            .getSelector())
                    .isEqualTo(Map.of("foreign", "yes")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pod: {resources: {requests: {cpu: 2}, limits: {cpu: 1}}}",
        "pod: {labels: {'bad label!': a}}",
        "pod: {natsEnv: [{name: '', value: a}]}",
        "pod: {nodeSelector: {'bad label!': a}}",
        "servicePolicy: {labels: {good: 'bad value!'}}",
        "version: '2.15.3+build'",
      })
  void reportsRejectionByApiServerAsCondition(String spec, Sandbox sandbox) {
    String answer = sandbox.kubectlApply(Manifests.cluster(spec));
    if (answer.contains("created")) {
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getStatus())
                      .isEqualTo("False"));
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                      .isNotEqualTo("ServersNotReady"));
      // The Event follows the status.
      await().untilAsserted(() -> assertThat(sandbox.events(sandbox.cluster(CLUSTER))).hasSize(1));
    } else {
      assertThat(answer).contains("invalid");
    }
  }
}
