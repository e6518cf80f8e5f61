package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Users.rejection;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;

/** With the operator's own token, an attacker cannot write or delete objects of others. */
@ExtendWith(ChartServer.class)
class OperatorObjectsGuardIT {

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final Map<String, String> LABELS =
      Map.of("app", "nats", "nats_cluster", "example-nats");
  private static final String ONLY_OPAQUE = "may write only Secrets of type Opaque";
  private static final String ONLY_LABELED = "may change and delete only";
  private static final String NAME_AND_LABELS = "set both labels";

  private static String namespace;
  private static KubernetesClient operator;

  @BeforeAll
  static void awaitPolicies() {
    namespace = ChartServer.namespace("objects");
    operator = ChartServer.as(EVERYWHERE.user());
    Users.awaitRejection(() -> attack("Service", "/metadata/labels/app", "\"web\""));
    Users.awaitRejection(() -> operator.resource(secret("a", Map.of())).dryRun().create());
  }

  @ParameterizedTest
  @ValueSource(strings = {"StatefulSet", "Service", "PodDisruptionBudget", "NetworkPolicy"})
  void rejectsOtherLabelsAndNames(String kind) {
    assertThat(rejection(() -> attack(kind, "/metadata/labels/app", "\"web\"")))
        .contains(NAME_AND_LABELS);
    assertThat(rejection(() -> attack(kind, "/metadata/labels/nats_cluster", "null")))
        .contains(NAME_AND_LABELS);
    // The API server reports one of the policies that reject a request.
    assertThat(rejection(() -> attack(kind, "/metadata/name", "\"another\"")))
        .containsAnyOf(NAME_AND_LABELS, "with the StatefulSet's name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Service             | /spec/selector/app                  | "web"
          Service             | /spec/selector/nats_cluster         | null
          Service             | /spec/selector                      | null
          PodDisruptionBudget | /spec/selector                      | {}
          PodDisruptionBudget | /spec/selector/matchLabels/app      | "web"
          NetworkPolicy       | /spec/podSelector                   | {}
          NetworkPolicy       | /spec/podSelector/matchExpressions  | [{"key": "a", "operator": "DoesNotExist"}]
          """)
  void rejectsSelectorOfOtherPods(String kind, String field, String value) {
    assertThat(rejection(() -> attack(kind, field, value))).contains("set these two labels");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /spec/externalIPs | ["10.0.0.1"]
          /spec/type        | "NodePort"
          """)
  void rejectsServiceForAddressesOfOthers(String field, String value) {
    assertThat(rejection(() -> attack("Service", field, value))).contains("without externalIPs");
  }

  /** Another controller may add addresses again; the operator must still update the Service. */
  @Test
  void admitsUpdateOfServiceWithAddressesOfUser() {
    HasMetadata service = rendered("Service", "exposed");
    operator.resource(service).create();
    String exposed = "{\"spec\": {\"externalIPs\": [\"10.0.0.1\"]}}";
    ChartServer.client().resource(service).patch(MERGE, exposed);

    String note = "{\"metadata\": {\"annotations\": {\"a\": \"b\"}}}";
    assertThat(operator.resource(service).patch(MERGE, note).getMetadata().getAnnotations())
        .containsEntry("a", "b");
    String others = "{\"spec\": {\"externalIPs\": [\"10.0.0.2\"]}}";
    assertThat(rejection(() -> operator.resource(service).patch(MERGE, others)))
        .contains("without externalIPs");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"StatefulSet", "Service", "PodDisruptionBudget", "NetworkPolicy", "Secret"})
  void rejectsChangeAndDeletionOfObjectsOfOthers(String kind) {
    HasMetadata theirs = rendered(kind, "theirs");
    theirs.getMetadata().setLabels(Map.of("app", "nats"));
    theirs.getMetadata().setOwnerReferences(null);
    ChartServer.client().resource(theirs).create();

    String labels =
        "{\"metadata\": {\"labels\": {\"app\": \"nats\", \"nats_cluster\": \"theirs\"}}}";
    assertThat(rejection(() -> operator.resource(theirs).patch(MERGE, labels)))
        .contains(ONLY_LABELED);
    assertThat(rejection(() -> operator.resource(theirs).delete())).contains(ONLY_LABELED);
  }

  @ParameterizedTest
  @CsvSource({
    "kubernetes.io/service-account-token, kubernetes.io/service-account.name",
    "bootstrap.kubernetes.io/token, a",
    "example.com/other, a"
  })
  void rejectsSecretOfOtherType(String type, String annotation) {
    Secret credential =
        new SecretBuilder(secret("example-nats-a", LABELS))
            .editMetadata()
            .addToAnnotations(annotation, "victim")
            .endMetadata()
            .withType(type)
            .build();

    assertThat(rejection(() -> operator.resource(credential).create())).contains(ONLY_OPAQUE);
  }

  /** Others may have created such a Secret with the operator's labels. */
  @Test
  void canOnlyDeleteLabeledSecretOfOtherType() {
    Secret planted =
        new SecretBuilder(secret("app-example-nats-bound-token", LABELS))
            .editMetadata()
            .addToAnnotations("kubernetes.io/service-account.name", "victim")
            .endMetadata()
            .withType("kubernetes.io/service-account-token")
            .build();
    ChartServer.as(ChartServer.RESTORE_USER, "system:masters").resource(planted).create();

    String another =
        "{\"metadata\": {\"annotations\": {\"kubernetes.io/service-account.name\": \"another\"}}}";
    assertThat(rejection(() -> operator.resource(planted).patch(MERGE, another)))
        .contains(ONLY_OPAQUE);
    operator.resource(planted).delete();
    assertThat(ChartServer.client().resource(planted).get()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "example-nats-a, '', example-nats",
    "example-nats-a, nats, ''",
    "example-nats-a, web, example-nats",
    "another, nats, example-nats",
    "app-another-bound-token, nats, example-nats"
  })
  void rejectsSecretWithOtherLabelsOrName(String name, String app, String cluster) {
    Secret other = secret(name, Map.of("app", app, "nats_cluster", cluster));

    assertThat(rejection(() -> operator.resource(other).create())).contains(NAME_AND_LABELS);
  }

  @Test
  void writesOnlyItsOwnSecretsInItsNamespace() {
    String own = EVERYWHERE.namespace();
    Secret certificate = own("everywhere-nats-operator-webhooks", own);
    Secret keys = own("nats-cluster-uid", own);
    Secret theirs = own("theirs", own);
    ChartServer.client().resource(theirs).create();
    String data = "{\"data\": {\"a\": \"Yg==\"}}";

    assertThat(operator.resource(certificate).patch(MERGE, data).getData()).containsKey("a");
    operator.resource(keys).create();
    assertThat(rejection(() -> operator.resource(keys).patch(MERGE, data))).contains(ONLY_LABELED);
    operator.resource(keys).delete();
    assertThat(rejection(() -> operator.resource(theirs).patch(MERGE, data)))
        .contains(ONLY_LABELED);
    assertThat(rejection(() -> operator.resource(theirs).delete())).contains(ONLY_LABELED);
    assertThat(rejection(() -> operator.resource(certificate).delete())).contains(ONLY_LABELED);
    assertThat(rejection(() -> operator.resource(own("nats-cluster-uid", namespace)).create()))
        .contains(NAME_AND_LABELS);
  }

  private static Secret own(String name, String namespace) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .build();
  }

  private static Secret secret(String name, Map<String, String> labels) {
    return new SecretBuilder(own(name, namespace))
        .editMetadata()
        .withLabels(labels)
        .endMetadata()
        .build();
  }

  private static HasMetadata attack(String kind, String field, String value) {
    return operator
        .resource(Json.set(rendered(kind, "example-nats"), field, value))
        .dryRun()
        .create();
  }

  private static HasMetadata rendered(String kind, String cluster) {
    return RenderedObjects.of(RenderedObjects.cluster(namespace, cluster, "{size: 2}")).stream()
        .filter(object -> object.getKind().equals(kind))
        .reduce((management, forClients) -> forClients)
        .orElseThrow(() -> new IllegalArgumentException(kind));
  }
}
