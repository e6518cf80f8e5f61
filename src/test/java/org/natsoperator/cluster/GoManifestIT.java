package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Manifests and objects for the Go operator, or written by it. */
@OperatorTest
class GoManifestIT {

  /** Go clients write empty values as null, "" or {}. */
  private static final String AS_GO_WRITES_IT =
      """
      apiVersion: nats.io/v1alpha2
      kind: NatsCluster
      metadata:
        name: example-nats
        creationTimestamp: null
      spec:
        size: 3
        version: ""
        serverImage: ""
        natsConfig: {debug: false, trace: false, write_deadline: "", maxConnections: 0, maxPayload: 0}
        pod:
          labels: null
          annotations: null
          nodeSelector: null
          tolerations: null
          natsEnv: null
          volumeMounts: null
          resources: {}
          enableConfigReload: true
          reloaderImage: ""
          reloaderImageTag: ""
          reloaderImagePullPolicy: ""
          reloaderResources: {}
          enableMetrics: false
        auth:
          enableServiceAccounts: true
          clientsAuthSecret: ""
          clientsAuthFile: ""
        lameDuckDurationSeconds: 0
        noAdvertise: false
        extraRoutes: null
        template:
          metadata: {creationTimestamp: null}
          spec: {containers: null}
      status:
        size: 0
        currentVersion: ""
        conditions: null
      """;

  @Test
  void kubectlAppliesManifestOfGoClient(Sandbox sandbox) {
    assertThat(sandbox.kubectlApply(AS_GO_WRITES_IT))
        .contains("created")
        .doesNotContain("unknown", "Warning");
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).containsExactly("_nobody"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "FieldsSupported").getStatus())
                    .isEqualTo("True"));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        sandbox
                            .client()
                            .apps()
                            .statefulSets()
                            .inNamespace(sandbox.namespace())
                            .withName(CLUSTER)
                            .get())
                    .isNotNull());
  }

  @Test
  void replacesConditionsOfGoOperator(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster());
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getStatus())
                    .isEqualTo("False"));
    assertThat(sandbox.cluster(CLUSTER).getStatus().selector())
        .isEqualTo("app=nats,nats_cluster=" + CLUSTER);
    assertThat(sandbox.cluster(CLUSTER).getStatus().servers()).isEqualTo("0/3");
  }

  @Test
  void removesConditionsThatGoOperatorLeft(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster("size: 1"));
    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getType()).isNotNull());
    sandbox.patchStatus(
        sandbox.cluster(CLUSTER),
        """
        {"status": {"observedGeneration": null, "size": 1, "currentVersion": "2.1.9", "conditions":
        [{"type": "ScalingUp", "reason": "scaling cluster from 0 to 1 peers"}, {"type": "Ready"}]}}
        """);
    sandbox.apply(Manifests.cluster("size: 2"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.cluster(CLUSTER).getStatus().observedGeneration()).isEqualTo(2));
    GenericKubernetesResource cluster =
        sandbox
            .client()
            .genericKubernetesResources("nats.io/v1alpha2", "NatsCluster")
            .inNamespace(sandbox.namespace())
            .withName(CLUSTER)
            .get();
    assertThat(cluster.<List<Map<String, String>>>get("status", "conditions"))
        .extracting(condition -> condition.get("type"))
        .containsExactlyInAnyOrder(
            "Ready", "ConfigApplied", "RolesBound", "FieldsSupported", "Managed");
  }

  @ParameterizedTest(name = "cluster with {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gatewayConfig: {name: here, gateways: []}                 | spec.gatewayConfig
          leafnodeConfig: {remotes: []}                             | spec.leafnodeConfig
          websocketConfig: {port: 8080}                             | spec.websocketConfig
          extraRoutes: [{cluster: another}]                         | spec.extraRoutes
          pod: {enableClientsHostPort: true}                        | spec.pod.enableClientsHostPort
          pod: {advertiseExternalIP: true}                          | spec.pod.advertiseExternalIP
          template: {spec: {containers: [{name: a, image: b}]}}     | spec.template
          template: {spec: {priorityClassName: high}}               | spec.template
          template: {spec: {containers: [{name: nats, env: [{name: A, value: b}]}]}} | spec.template
          auth: {clientsAuthTimeout: 5}                             | spec.auth.clientsAuthTimeout
          """)
  void reportsFieldsWithoutEffect(String spec, String field, Sandbox sandbox) {
    assertThat(sandbox.kubectlApply(Manifests.cluster(spec))).contains("created");
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("ServersNotReady"));
    assertThat(sandbox.clusterCondition(CLUSTER, "FieldsSupported").getMessage()).contains(field);
    assertThat(sandbox.clusterCondition(CLUSTER, "FieldsSupported").getStatus()).isEqualTo("False");
  }
}
