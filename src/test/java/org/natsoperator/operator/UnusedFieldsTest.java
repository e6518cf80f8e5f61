package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.natsoperator.cluster.resources.ServerStatefulSet;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;

class UnusedFieldsTest {

  private static final String EVERYTHING =
      """
      {version: "2.15.3", lameDuckDurationSeconds: 60, noAdvertise: true, pod: {enableConfigReload: true,
       labels: {team: a}, annotations: {note: b}, nodeSelector: {disk: ssd}, antiAffinity: true,
       affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference:
       {matchExpressions: [{key: a, operator: In, values: [b]}]}}]}, podAffinity:
       {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a, labelSelector: {matchLabels: {a: b}},
       namespaces: [a]}]}}, topologySpreadConstraints: [{maxSkew: 2, minDomains: 2, topologyKey: rack,
       whenUnsatisfiable: DoNotSchedule, matchLabelKeys: [a], nodeAffinityPolicy: Honor}],
       priorityClassName: high, imagePullSecrets: [{name: a}], serviceAccountName: b,
       securityContext: {runAsUser: 1, runAsGroup: 2, fsGroup: 3}, enableMetrics: true, metricsResources:
       {limits: {cpu: 10m}}, tolerations: [{key: nats}], resources: {limits: {cpu: 1}}, reloaderResources: {limits: {cpu: 10m}},
       natsEnv: [{name: A, value: b}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}]}}\
      """;

  private final KubernetesSerialization kubernetes =
      new KubernetesSerialization(UnusedFields.ignoredBy(new ObjectMapper()), false);

  /** Otherwise the comparison with the cache would find a difference each time and apply it. */
  @Test
  void operatorRendersNoUnusedField() {
    StatefulSet rendered =
        ServerStatefulSet.of(
            Clusters.cluster(EVERYTHING),
            ServerVersion.parse("2.15.3").orElseThrow(),
            "r",
            3,
            ServerImages.OF_RUNTIME);
    StatefulSet read = kubernetes.unmarshal(kubernetes.asJson(rendered), StatefulSet.class);

    assertThat(kubernetes.asJson(read)).isEqualTo(kubernetes.asJson(rendered));
  }

  @Test
  void skipsUnusedFieldsWithTheirContent() {
    Pod pod =
        kubernetes.unmarshal(
            """
            apiVersion: v1
            kind: Pod
            spec:
              volumes: [{name: a, csi: {driver: d}}, {name: b, secret: {secretName: s}}]
              hostAliases: [{ip: 10.0.0.1}]
            """,
            Pod.class);

    assertThat(pod.getSpec().getVolumes().getFirst().getCsi()).isNull();
    assertThat(pod.getSpec().getVolumes().getLast().getSecret().getSecretName()).isEqualTo("s");
    assertThat(pod.getSpec().getHostAliases()).isEmpty();
    assertThat(pod.getSpec().getAdditionalProperties()).isEmpty();
  }
}
