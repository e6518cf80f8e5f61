package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Fields of server pods in the StatefulSet of the API server. */
@LongTest
@OperatorTest
class PodFieldsIT {

  private static final String EVERYTHING =
      """
      version: "2.15.3"
      pod:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: Exists}]}]
          podAffinity:
            preferredDuringSchedulingIgnoredDuringExecution:
              - {weight: 1, podAffinityTerm: {topologyKey: rack, labelSelector: {matchLabels: {a: b}}}}
        antiAffinity: true
        topologySpreadConstraints: [{maxSkew: 2, topologyKey: rack, whenUnsatisfiable: DoNotSchedule}]
        priorityClassName: high
        imagePullSecrets: [{name: registry}]
        serviceAccountName: servers
        securityContext: {runAsUser: 1234, fsGroup: 1234}
        enableMetrics: true
        metricsResources: {limits: {memory: 32Mi}}
        resources: {limits: {memory: 64Mi}}
      """;

  /** If the operator could not read a field again, it would apply the StatefulSet forever. */
  @Test
  void appliesEachFieldOnceAndRemovesIt(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(EVERYTHING));
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              var pod = template(sandbox).getSpec();
              assertThat(pod.getServiceAccountName()).isEqualTo("servers");
              assertThat(pod.getPriorityClassName()).isEqualTo("high");
              assertThat(pod.getAffinity().getNodeAffinity()).isNotNull();
              assertThat(pod.getAffinity().getPodAffinity()).isNotNull();
              assertThat(pod.getAffinity().getPodAntiAffinity()).isNotNull();
              assertThat(pod.getTopologySpreadConstraints()).hasSize(1);
              assertThat(pod.getImagePullSecrets()).hasSize(1);
              assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(1234);
              assertThat(pod.getContainers()).hasSize(2);
            });
    assertStaysAsItIs(sandbox);

    sandbox.apply(Manifests.cluster("version: \"2.15.3\""));
    await()
        .untilAsserted(
            () -> {
              var pod = template(sandbox).getSpec();
              assertThat(pod.getServiceAccountName()).isNull();
              assertThat(pod.getServiceAccount()).isNull();
              assertThat(pod.getPriorityClassName()).isNull();
              assertThat(pod.getAffinity()).isNull();
              assertThat(pod.getTopologySpreadConstraints()).hasSize(2);
              assertThat(pod.getImagePullSecrets()).isEmpty();
              assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(1000);
              assertThat(pod.getContainers()).hasSize(1);
            });
    assertStaysAsItIs(sandbox);
  }

  @Test
  void annotationOfClusterRestartsServers(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster("size: 1"));
    await().until(() -> sandbox.statefulSet(CLUSTER) != null);
    for (String value : new String[] {"first", "second"}) {
      sandbox.kubectl("annotate", "--overwrite", "nats", CLUSTER, "nats.io/restartedAt=" + value);
      await()
          .untilAsserted(
              () ->
                  assertThat(template(sandbox).getMetadata().getAnnotations())
                      .containsEntry("nats.io/restartedAt", value));
    }
  }

  private static void assertStaysAsItIs(Sandbox sandbox) {
    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
    StatefulSet set = sandbox.statefulSet(CLUSTER);
    await()
        .during(Duration.ofSeconds(3))
        .untilAsserted(
            () ->
                assertThat(sandbox.statefulSet(CLUSTER).getMetadata().getResourceVersion())
                    .isEqualTo(set.getMetadata().getResourceVersion()));
  }

  private static PodTemplateSpec template(Sandbox sandbox) {
    return sandbox.statefulSet(CLUSTER).getSpec().getTemplate();
  }
}
