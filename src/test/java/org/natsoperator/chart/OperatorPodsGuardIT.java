package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Users.rejection;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;

/**
 * With the operator's own token, an attacker cannot create a pod that has access to its node or a
 * token for the API server. Each attack changes one field of a StatefulSet that the operator
 * renders.
 */
@ExtendWith(ChartServer.class)
class OperatorPodsGuardIT {

  private static KubernetesClient operator;
  private static StatefulSet rendered;

  @BeforeAll
  static void awaitPolicies() {
    operator = ChartServer.as(EVERYWHERE.user());
    // The API server does not accept it together with hostPID.
    rendered =
        Json.set(
            RenderedObjects.statefulSet(ChartServer.namespace("pods"), "example-nats"),
            "/spec/template/spec/shareProcessNamespace",
            "null");
    Users.awaitRejection(() -> attack("/spec/template/spec/hostPID", "true"));
    Users.awaitRejection(() -> attack("/metadata/labels/app", "\"web\""));
  }

  @Test
  void admitsRenderedStatefulSet() {
    assertThat(operator.resource(rendered).dryRun().create()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hostPID                       | true
          hostIPC                       | true
          hostNetwork                   | true
          hostUsers                     | true
          nodeName                      | "control-plane"
          automountServiceAccountToken  | true
          automountServiceAccountToken  | null
          runtimeClassName              | "a"
          resourceClaims                | [{"name": "a", "resourceClaimName": "a"}]
          hostAliases                   | [{"ip": "10.0.0.1", "hostnames": ["a"]}]
          initContainers                | [{"name": "a", "image": "a"}]
          """)
  void rejectsOtherFieldOfPod(String field, String value) {
    assertThat(rejection(() -> attack("/spec/template/spec/" + field, value)))
        .contains("set automountServiceAccountToken to false and remove other fields");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serviceAccountName", "serviceAccount"})
  void rejectsServiceAccountThatTheChartDoesNotList(String field) {
    assertThat(rejection(() -> attack("/spec/template/spec/" + field, "\"victim\"")))
        .contains("guardRails.operatorAccount.serverServiceAccounts");
    assertThat(attack("/spec/template/spec/" + field, "\"" + ChartServer.SERVERS_ACCOUNT + "\""))
        .isNotNull();
  }

  /** On OpenShift, the platform sets them. */
  @ParameterizedTest
  @ValueSource(strings = {"runAsUser", "runAsGroup", "fsGroup"})
  void admitsOtherUserAndGroups(String id) {
    String field = "/spec/template/spec/securityContext/" + id;

    assertThat(attack(field, "null")).isNotNull();
    assertThat(attack(field, "1000650000")).isNotNull();
  }

  @Test
  void rejectsVolumeClaims() {
    String claim =
        """
        [{"metadata": {"name": "a"}, "spec": {"accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}}}}]
        """;

    assertThat(rejection(() -> attack("/spec/volumeClaimTemplates", claim)))
        .contains("remove other fields");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"hostPath": {"path": "/"}}
          {"projected": {"sources": [{"serviceAccountToken": {"path": "token"}}]}}
          {"projected": {"sources": [{"secret": {"name": "victim-token"}}]}}
          {"secret": {"secretName": "victim-token"}}
          {"secret": {"secretName": "example-nats"}}
          {"secret": {"secretName": "example-nats-token"}}
          {"secret": {"secretName": "example-nats-0123456789a"}}
          {"secret": {"secretName": "another-0123456789"}}
          {"secret": {"secretName": "another-name-0123456789"}}
          {"configMap": {"name": "a"}}
          {"downwardAPI": {"items": []}}
          {"persistentVolumeClaim": {"claimName": "a"}}
          {"csi": {"driver": "secrets-store.csi.k8s.io"}}
          {"nfs": {"server": "a", "path": "/"}}
          {"ephemeral": {"volumeClaimTemplate": {"spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}}}
          """)
  void rejectsOtherVolume(String source) {
    String volume = source.replaceFirst("\\{", "{\"name\": \"a\", ");

    assertThat(rejection(() -> attack("/spec/template/spec/volumes/-", volume)))
        .contains("remove other volumes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          containers/0/securityContext                        | {"privileged": true}
          containers/0/securityContext                        | null
          containers/0/securityContext/allowPrivilegeEscalation | true
          containers/0/securityContext/readOnlyRootFilesystem | false
          containers/0/securityContext/runAsUser              | 0
          containers/0/securityContext/runAsNonRoot           | false
          containers/0/securityContext/procMount              | "Default"
          containers/0/securityContext/seccompProfile         | {"type": "Unconfined"}
          containers/0/securityContext/appArmorProfile        | {"type": "Unconfined"}
          containers/0/securityContext/seLinuxOptions         | {"type": "spc_t"}
          containers/0/securityContext/capabilities/add       | ["SYS_ADMIN"]
          containers/0/securityContext/capabilities           | null
          containers/1/securityContext                        | {"privileged": true}
          securityContext                                     | null
          securityContext/runAsUser                           | 0
          securityContext/seLinuxOptions                      | {"type": "spc_t"}
          securityContext/appArmorProfile                     | {"type": "Unconfined"}
          securityContext/runAsNonRoot                        | null
          securityContext/seccompProfile                      | null
          securityContext/runAsNonRoot                        | false
          securityContext/supplementalGroups                  | [0]
          securityContext/sysctls                             | [{"name": "kernel.shm_rmid_forced", "value": "1"}]
          securityContext/seccompProfile/type                 | "Unconfined"
          """)
  void rejectsOtherSecurityContext(String field, String value) {
    assertThat(rejection(() -> attack("/spec/template/spec/" + field, value)))
        .contains("exactly the securityContext that the operator sets");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0/name                       | "evil"
          0/ports/0/hostPort           | 6222
          0/envFrom                    | [{"secretRef": {"name": "a"}}]
          0/workingDir                 | "/"
          0/stdin                      | true
          0/livenessProbe/httpGet/host | "169.254.169.254"
          0/startupProbe/httpGet/host  | "127.0.0.1"
          0/readinessProbe             | {"tcpSocket": {"host": "127.0.0.1", "port": 22}}
          0/lifecycle                  | {"preStop": {"httpGet": {"host": "127.0.0.1", "port": 22}}}
          0/lifecycle                  | {"preStop": {"tcpSocket": {"host": "127.0.0.1", "port": 22}}}
          0/lifecycle                  | {"postStart": {"exec": {"command": ["a"]}}}
          """)
  void rejectsOtherFieldOfContainer(String field, String value) {
    assertThat(rejection(() -> attack("/spec/template/spec/containers/" + field, value)))
        .contains("may have only the containers nats, reloader and metrics");
  }

  @Test
  void rejectsOtherContainer() {
    String container =
        Json.set(
            Json.text(rendered.getSpec().getTemplate().getSpec().getContainers().getFirst()),
            "/name",
            "\"evil\"");

    assertThat(rejection(() -> attack("/spec/template/spec/containers/-", container)))
        .contains("may have only the containers nats, reloader and metrics");
  }

  /** Other clients may add these, and the operator must still be able to apply its changes. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          imagePullSecrets          | [{"name": "registry"}]
          priorityClassName         | "high"
          affinity                  | {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}
          dnsConfig                 | {"options": [{"name": "ndots", "value": "1"}]}
          topologySpreadConstraints | [{"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "ScheduleAnyway"}]
          """)
  void admitsHarmlessFieldOfAnotherClient(String field, String value) {
    assertThat(attack("/spec/template/spec/" + field, value)).isNotNull();
  }

  @Test
  void rejectsChangeOfExistingStatefulSet() {
    StatefulSet existing =
        RenderedObjects.statefulSet(rendered.getMetadata().getNamespace(), "existing");
    operator.resource(existing).create();

    assertThat(
            rejection(
                () ->
                    operator
                        .resource(existing)
                        .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"spec\": {\"template\": {\"spec\": {\"hostIPC\": true}}}}")))
        .contains("remove other fields");
  }

  /** Such a pod would receive the API server's requests to the webhooks. */
  @Test
  void rejectsPodsThatLookLikeOperatorInItsNamespace() {
    assertThat(inNamespaceOfOperator("another")).isNotNull();
    assertThat(rejection(() -> inNamespaceOfOperator(EVERYWHERE.name())))
        .contains("not the labels of the operator itself");
  }

  private static StatefulSet inNamespaceOfOperator(String instance) {
    StatefulSet labeled =
        new StatefulSetBuilder(RenderedObjects.statefulSet(EVERYWHERE.namespace(), "example-nats"))
            .editSpec()
            .editTemplate()
            .editMetadata()
            .addToLabels("app.kubernetes.io/name", "nats-operator")
            .addToLabels("app.kubernetes.io/instance", instance)
            .endMetadata()
            .endTemplate()
            .endSpec()
            .build();
    return operator.resource(labeled).dryRun().create();
  }

  private static StatefulSet attack(String field, String value) {
    return operator.resource(Json.set(rendered, field, value)).dryRun().create();
  }
}
