package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Users.rejection;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
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
 * token for the API server.
 */
@ExtendWith(ChartServer.class)
class OperatorPodsGuardIT {

  private static StatefulSetAttack attack;

  @BeforeAll
  static void awaitPolicies() {
    attack = new StatefulSetAttack();
  }

  @Test
  void admitsRenderedStatefulSet() {
    assertThat(attack.operator.resource(attack.rendered).dryRun().create()).isNotNull();
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
    assertThat(rejection(() -> attack.set("/spec/template/spec/" + field, value)))
        .contains("set automountServiceAccountToken to false and remove other fields");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serviceAccountName", "serviceAccount"})
  void rejectsServiceAccountThatTheChartDoesNotList(String field) {
    assertThat(rejection(() -> attack.set("/spec/template/spec/" + field, "\"victim\"")))
        .contains("guardRails.operatorAccount.serverServiceAccounts");
    assertThat(
            attack.set("/spec/template/spec/" + field, "\"" + ChartServer.SERVERS_ACCOUNT + "\""))
        .isNotNull();
  }

  @Test
  void rejectsVolumeClaims() {
    String claim =
        """
        [{"metadata": {"name": "a"}, "spec": {"accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "1Gi"}}}}]
        """;

    assertThat(rejection(() -> attack.set("/spec/volumeClaimTemplates", claim)))
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

    assertThat(rejection(() -> attack.set("/spec/template/spec/volumes/-", volume)))
        .contains("remove other volumes");
  }

  @Test
  void rejectsContainerWithoutAppArmor() {
    String annotation = "{\"container.apparmor.security.beta.kubernetes.io/nats\": \"%s\"}";

    assertThat(rejection(() -> annotate(annotation.formatted("unconfined"))))
        .contains("must not have the AppArmor profile unconfined");
    assertThat(annotate(annotation.formatted("runtime/default"))).isNotNull();
  }

  private static StatefulSet annotate(String annotations) {
    return attack.set("/spec/template/metadata/annotations", annotations);
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
    assertThat(attack.set("/spec/template/spec/" + field, value)).isNotNull();
  }

  @Test
  void rejectsChangeOfExistingStatefulSet() {
    StatefulSet existing =
        RenderedObjects.statefulSet(attack.rendered.getMetadata().getNamespace(), "existing");
    attack.operator.resource(existing).create();

    assertThat(
            rejection(
                () ->
                    attack
                        .operator
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
    return attack.operator.resource(labeled).dryRun().create();
  }
}
