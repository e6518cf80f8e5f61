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
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;

/** Only the operator and the configured creators write objects with its labels. */
@ExtendWith(ChartServer.class)
class LabelsGuardIT {

  private static final Release LISTED = new Release("guarding", "operator-that-guards");
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final String REMEDY = "add the user to guardRails.labels.creators";
  private static final Map<String, String> LABELS =
      Map.of("app", "nats", "nats_cluster", "example-nats");

  private static String namespace;
  private static KubernetesClient user;

  @BeforeAll
  static void awaitPolicies() {
    namespace = ChartServer.namespace("secrets");
    user = ChartServer.as("administrator", "system:masters");
    Users.awaitRejection(() -> user.resource(secret(LABELS)).dryRun().create());
  }

  @AfterAll
  static void uninstall() {
    LISTED.uninstall();
  }

  static Stream<KubernetesClient> creators() {
    return Stream.of(
        ChartServer.as(EVERYWHERE.user(), "system:masters"),
        ChartServer.as(ChartServer.RESTORE_USER, "system:masters"),
        ChartServer.as("anyone", "system:masters", ChartServer.RESTORE_GROUP));
  }

  @Test
  void userCannotCreateLabeledSecret() {
    Secret planted = secret(LABELS);
    planted.getMetadata().setName("app-example-nats-bound-token");

    assertThat(rejection(() -> user.resource(planted).create())).contains(REMEDY);
    assertThat(
            rejection(() -> user.resource(planted).fieldManager("nats-operator").serverSideApply()))
        .contains(REMEDY);
  }

  /** The operator keeps these in memory. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v1                   | Service             | status | {ports: [{port: 4222}]}
          apps/v1              | StatefulSet         | status | {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: a}]}}}
          policy/v1            | PodDisruptionBudget | status | {}
          networking.k8s.io/v1 | NetworkPolicy       |        | {podSelector: {}}
          """)
  void userCannotLabelOtherObjects(String version, String kind, String subresource, String spec) {
    var labeled = object(version, kind, spec, "{app: nats, nats_cluster: example-nats}");
    var other = object(version, kind, spec, "{app: nats}");

    assertThat(rejection(() -> user.resource(labeled).create())).contains(REMEDY);
    var existing = user.resource(other).create();
    String label = "{\"metadata\": {\"labels\": {\"nats_cluster\": \"example-nats\"}}}";
    assertThat(rejection(() -> user.resource(existing).patch(MERGE, label))).contains(REMEDY);
    if (subresource != null) {
      var through = user.resource(existing).subresource(subresource);
      assertThat(rejection(() -> through.patch(MERGE, label))).contains(REMEDY);
    }

    var restored =
        ChartServer.as(ChartServer.RESTORE_USER, "system:masters").resource(labeled).create();
    String annotation = "{\"metadata\": {\"annotations\": {\"a\": \"b\"}}}";
    assertThat(user.resource(restored).patch(MERGE, annotation)).isNotNull();
  }

  private static HasMetadata object(String version, String kind, String spec, String labels) {
    String yaml =
        """
        apiVersion: %s
        kind: %s
        metadata: {generateName: a-, namespace: %s, labels: %s}
        spec: %s
        """;
    return Serialization.unmarshal(yaml.formatted(version, kind, namespace, labels, spec));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '{\"app\": \"nats\", \"nats_cluster\": \"example-nats\"}'",
    "nats, '', '{\"nats_cluster\": \"example-nats\"}'",
    "'', example-nats, '{\"app\": \"nats\"}'",
    "web, example-nats, '{\"app\": \"nats\"}'",
    "nats, example-nats, '{\"nats_cluster\": \"another\"}'"
  })
  void userCannotAddLabels(String app, String cluster, String labels) {
    Secret secret = secret(Map.of());
    if (!app.isEmpty()) {
      secret.getMetadata().getLabels().put("app", app);
    }
    if (!cluster.isEmpty()) {
      secret.getMetadata().getLabels().put("nats_cluster", cluster);
    }
    Secret existing = created(secret);

    assertThat(rejection(() -> patch(user, existing, "{\"metadata\": {\"labels\": %s}}", labels)))
        .contains(REMEDY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"data\": {\"token\": \"Yg==\"}}",
        "{\"data\": {\"another\": \"Yg==\"}}",
        "{\"data\": {\"token\": null}}",
        "{\"data\": null}",
        "{\"stringData\": {\"token\": \"b\"}}",
        "{\"data\": {\"token\": \"Yg==\"}, \"metadata\": {\"labels\": {\"app\": null}}}"
      })
  void userCannotChangeData(String patch) {
    Secret existing = created(secret(LABELS));

    assertThat(rejection(() -> patch(user, existing, "%s", patch))).contains(REMEDY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"metadata\": {\"annotations\": {\"a\": \"b\"}}}",
        "{\"metadata\": {\"labels\": {\"a\": \"b\"}}}",
        "{\"metadata\": {\"ownerReferences\": null}}",
        "{\"metadata\": {\"labels\": {\"app\": null}}}"
      })
  void userCanChangeOtherMetadata(String patch) {
    Secret existing = created(secret(LABELS));

    assertThat(patch(user, existing, "%s", patch)).isNotNull();
  }

  @Test
  void userCanDeleteLabeledSecret() {
    Secret existing = created(secret(LABELS));
    user.resource(existing).delete();
    assertThat(ChartServer.client().resource(existing).get()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"app, nats", "nats_cluster, example-nats", "app, web"})
  void userCanWriteOtherSecrets(String label, String value) {
    Secret existing = user.resource(secret(Map.of(label, value))).create();

    assertThat(patch(user, existing, "%s", "{\"data\": {\"token\": \"Yg==\"}}").getData())
        .containsEntry("token", "Yg==");
  }

  @ParameterizedTest
  @MethodSource("creators")
  void creatorsCanWriteLabeledSecret(KubernetesClient creator) {
    Secret existing = creator.resource(secret(LABELS)).create();

    assertThat(patch(creator, existing, "%s", "{\"data\": {\"token\": \"Yg==\"}}").getData())
        .containsEntry("token", "Yg==");
  }

  /** Other operators, with their own policies, watch the other namespaces. */
  @Test
  void policyAppliesOnlyToWatchedNamespaces() {
    String watched = ChartServer.namespace("watched");
    LISTED.upgrade(
        "replicas=0", "crds={\"install\": false}", "watchNamespaces=[\"%s\"]".formatted(watched));
    KubernetesClient restorer = ChartServer.as(ChartServer.RESTORE_USER, "system:masters");
    Secret restored = secret(LABELS);
    restored.getMetadata().setNamespace(watched);

    Users.awaitRejection(() -> restorer.resource(restored).dryRun().create());
    restored.getMetadata().setNamespace(namespace);
    assertThat(restorer.resource(restored).create()).isNotNull();
  }

  private static Secret created(Secret secret) {
    return ChartServer.as(ChartServer.RESTORE_USER, "system:masters").resource(secret).create();
  }

  private static Secret patch(
      KubernetesClient client, Secret secret, String template, String values) {
    return client.resource(secret).patch(MERGE, template.formatted(values));
  }

  private static Secret secret(Map<String, String> labels) {
    return new SecretBuilder()
        .withNewMetadata()
        .withGenerateName("example-nats-")
        .withNamespace(namespace)
        .withLabels(labels)
        .endMetadata()
        .addToData("token", "YQ==")
        .build();
  }
}
