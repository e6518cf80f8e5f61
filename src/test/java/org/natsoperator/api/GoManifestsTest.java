package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Clusters;

/** Manifests of users and Go clients of 2018: null values, empty strings, unknown fields. */
class GoManifestsTest {

  @Test
  void readsManifestOf2018() {
    NatsClusterSpec spec = Clusters.walkthrough("1.2.0").getSpec();

    assertThat(spec.size()).isEqualTo(3);
    assertThat(spec.version()).isEqualTo("1.2.0");
    assertThat(spec.pod().enableConfigReload()).isTrue();
    assertThat(spec.auth().enableServiceAccounts()).isTrue();
  }

  @ParameterizedTest(name = "{0} means the defaults")
  @ValueSource(
      strings = {
        "{}",
        "{size: null, version: null, serverImage: null, pod: null, auth: null, natsConfig: null}",
        "{version: \"\", serverImage: \"\", lameDuckDurationSeconds: 0, extraRoutes: null}",
        "{pod: {reloaderImage: \"\", reloaderImageTag: \"\", reloaderImagePullPolicy: \"\", labels:"
            + " null, natsEnv: null}}",
        "{pod: {tolerations: null, nodeSelector: null, annotations: null, volumeMounts: null}}",
        "{unknown: {a: 1}, pod: {unknown: 1}, auth: {unknown: 1}}"
      })
  void readsEmptyValuesAsDefaults(String yaml) {
    NatsClusterSpec spec = Clusters.cluster(yaml).getSpec();

    assertThat(spec).isEqualTo(NatsClusterSpec.EMPTY);
  }

  @Test
  void hasDefaults() {
    NatsClusterSpec spec = Clusters.cluster("{}").getSpec();

    assertThat(spec.size()).isEqualTo(1);
    assertThat(spec.version()).isEqualTo("2.15.3");
    assertThat(spec.serverImage()).isEqualTo("nats");
    assertThat(spec.lameDuckDurationSeconds()).isEqualTo(30);
    assertThat(spec.pod().enableConfigReload()).isFalse();
    assertThat(spec.pod().reloaderImage()).isEqualTo("natsio/nats-server-config-reloader");
    assertThat(spec.auth().enableServiceAccounts()).isFalse();
    assertThat(spec.extraRoutes()).isEmpty();
  }

  @Test
  void readsEmptyTemplateOfGoClient() {
    NatsClusterSpec spec =
        Clusters.cluster(
                "{template: {metadata: {creationTimestamp: null}, spec: {containers: null}}}")
            .getSpec();

    assertThat(spec.template()).isNull();
  }

  @Test
  void readsWriteDeadlineAsSpelledIn2018() {
    assertThat(
            Clusters.cluster("{natsConfig: {write_deadline: 2s}}")
                .getSpec()
                .natsConfig()
                .writeDeadline())
        .isEqualTo("2s");
  }

  /** An older CRD accepts null. The current CRD treats it as a missing spec. */
  @Test
  void readsNullSpecAsDefaults() {
    assertThat(Clusters.cluster("null").getSpec()).isEqualTo(NatsClusterSpec.EMPTY);
    assertThat(role("null").getSpec()).isEqualTo(NatsServiceRoleSpec.EMPTY);
  }

  /** An older CRD accepts these values. A single unreadable object would stop the informer. */
  @ParameterizedTest(name = "{0} is read")
  @ValueSource(
      strings = {
        "{pod: {labels: {a: null}}}",
        "{pod: {annotations: {a: null}}}",
        "{pod: {nodeSelector: {a: null}}}",
        "{pod: {tolerations: [null]}}",
        "{pod: {natsEnv: [null]}}",
        "{extraRoutes: [null]}"
      })
  void readsNullsInsideSpec(String yaml) {
    assertThatCode(() -> Clusters.cluster(yaml).getSpec()).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "permissions {0} grant nothing")
  @ValueSource(
      strings = {"null", "{}", "{publish: null, subscribe: null}", "{publish: [], subscribe: []}"})
  void emptyPermissionsGrantNothing(String permissions) {
    Permissions read = role("{permissions: " + permissions + "}").getSpec().permissions();

    assertThat(read.publish()).isEmpty();
    assertThat(read.subscribe()).isEmpty();
  }

  @Test
  void roleWithoutPermissionsGrantsNothing() {
    assertThat(role("{}").getSpec().permissions()).isEqualTo(new Permissions(null, null));
  }

  @Test
  void readsNullSubjectForLaterValidation() {
    assertThat(role("{permissions: {publish: [null, foo]}}").getSpec().permissions().publish())
        .containsExactly(null, "foo");
  }

  @Test
  void readsClusterNameFromLabel() {
    assertThat(role("{}").clusterName()).isEmpty();
    assertThat(labeled("{nats_cluster: example-nats}").clusterName()).contains("example-nats");
  }

  @Test
  void readsNullConditionsAsEmptyList() {
    NatsClusterStatus status =
        Serialization.unmarshal("size: 3\nconditions: null", NatsClusterStatus.class);

    assertThat(status.conditions()).isEqualTo(List.of());
  }

  private static NatsServiceRole role(String spec) {
    return Serialization.unmarshal(
        "apiVersion: nats.io/v1alpha2\nkind: NatsServiceRole\nmetadata: {name: a}\nspec: " + spec,
        NatsServiceRole.class);
  }

  private static NatsServiceRole labeled(String labels) {
    return Serialization.unmarshal(
        "apiVersion: nats.io/v1alpha2\nkind: NatsServiceRole\nmetadata: {name: a, labels: "
            + labels
            + "}",
        NatsServiceRole.class);
  }
}
