package org.natsoperator.cluster.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.api.NatsClusterSpec.IGNORED;
import static org.natsoperator.api.NatsClusterSpec.REJECTED;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.docs.Handbook;
import org.natsoperator.testing.Clusters;

class UnsupportedFieldsTest {

  @ParameterizedTest(name = "{0}: {1} has no effect yet")
  @CsvSource(
      delimiter = '|',
      value = {
        "{useServerName: true}                                      | spec.useServerName",
        "{template: {spec: {containers: [{image: a}]}}}             | spec.template",
        "{extraRoutes: [{route: a}]}                                | spec.extraRoutes",
        "{gatewayConfig: {name: a}}                                 | spec.gatewayConfig",
        "{leafnodeConfig: {hostPort: 1}}                            | spec.leafnodeConfig",
        "{websocketConfig: {port: 1}}                               | spec.websocketConfig",
        "{pod: {enableClientsHostPort: true}}                       |"
            + " spec.pod.enableClientsHostPort",
        "{pod: {advertiseExternalIP: true}}                         | spec.pod.advertiseExternalIP",
        "{pod: {volumeMounts: [{name: a, mountPath: /a}]}}          | spec.pod.volumeMounts",
        "{auth: {enableServiceAccounts: true, clientsAuthTimeout: 5}} |"
            + " spec.auth.clientsAuthTimeout",
        "{template: {spec: {nodeName: a}}}                          | spec.template"
      })
  void listsFieldsWithoutEffect(String spec, String field) {
    assertThat(UnsupportedFields.harmless(spec(spec))).containsExactly(field);
  }

  @ParameterizedTest(name = "{0}: {1} would protect the cluster")
  @CsvSource(
      delimiter = '|',
      value = {
        "{tls: {verify: true}}             | spec.tls",
        "{operatorConfig: {secret: a}}     | spec.operatorConfig",
        "{auth: {clientsAuthSecret: a}}    | spec.auth.clientsAuthSecret",
        "{auth: {clientsAuthFile: a}}      | spec.auth.clientsAuthFile",
        "{auth: {tlsVerifyAndMap: true}}   | spec.auth.tlsVerifyAndMap",
        "{auth: {clusterAuthSecret: a}}    | spec.auth.clusterAuthSecret",
        "{auth: {gatewayAuthSecret: a}}    | spec.auth.gatewayAuthSecret"
      })
  void listsFieldsThatWouldProtectCluster(String spec, String field) {
    assertThat(UnsupportedFields.protecting(spec(spec))).containsExactly(field);
    assertThat(UnsupportedFields.harmless(spec(spec))).isEmpty();
  }

  @ParameterizedTest(name = "{0} has no unsupported fields")
  @ValueSource(
      strings = {
        "{}",
        "{paused: true, useServerName: false, extraRoutes: [], template: null}",
        "{template: {metadata: {creationTimestamp: null}, spec: {containers: null}}}",
        "{auth: {clientsAuthSecret: \"\", clientsAuthFile: \"\", tlsVerifyAndMap: false}}",
        "{pod: {advertiseExternalIP: false, volumeMounts: null}}",
        "{tls: null, operatorConfig: null, gatewayConfig: null}"
      })
  void listsNothingForSupportedFields(String spec) {
    assertThat(UnsupportedFields.harmless(spec(spec))).isEmpty();
    assertThat(UnsupportedFields.protecting(spec(spec))).isEmpty();
  }

  @Test
  void listsFieldsInOrderOfSpec() {
    assertThat(
            UnsupportedFields.harmless(
                spec(
                    "{websocketConfig: {port: 1}, useServerName: true, pod: {advertiseExternalIP:"
                        + " true}}")))
        .containsExactly(
            "spec.useServerName", "spec.websocketConfig", "spec.pod.advertiseExternalIP");
  }

  @Test
  void theReadmeListsTheSameFields() {
    assertThat(Handbook.fieldsWithStatus("not yet: no effect"))
        .containsExactlyInAnyOrderElementsOf(UnsupportedFields.allHarmless());
    assertThat(Handbook.fieldsWithStatus("not yet: rejected"))
        .containsExactlyInAnyOrderElementsOf(UnsupportedFields.allProtecting());
  }

  @Test
  void descriptionsOfTheCrdNameTheSameFields() throws IOException {
    assertThat(paths(described(REJECTED)))
        .containsExactlyInAnyOrderElementsOf(UnsupportedFields.allProtecting());
    assertThat(paths(described(IGNORED)))
        .containsAll(UnsupportedFields.allHarmless())
        .filteredOn(field -> !UnsupportedFields.allHarmless().contains(field))
        .as("fields that only refine others")
        .allMatch(field -> field.matches("spec\\.pod\\.(bootconfig|disable).*"));
  }

  @ParameterizedTest(name = "fields of blocks: {0}")
  @ValueSource(strings = {REJECTED, IGNORED})
  void descriptionsOfTheCrdSayTheSameInsideBlocks(String sentence) throws IOException {
    List<Described> inside =
        described(sentence).stream()
            .flatMap(Described::fields)
            .flatMap(Described::all)
            .filter(field -> !field.description().isEmpty())
            .toList();

    assertThat(paths(inside))
        .contains(
            sentence.equals(REJECTED) ? "spec.tls.enableHttps" : "spec.gatewayConfig.gateways.url");
    assertThat(inside).allSatisfy(field -> assertThat(field.description()).startsWith(sentence));
  }

  /** The outermost fields whose description starts with this sentence. */
  private static List<Described> described(String sentence) throws IOException {
    JsonNode spec =
        Serialization.yamlMapper()
            .readTree(new File("charts/nats-operator/files/crds/natsclusters.nats.io.yaml"))
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
    return new Described("spec", spec).outermost(sentence).toList();
  }

  private static List<String> paths(List<Described> fields) {
    return fields.stream().map(Described::path).toList();
  }

  /** A field in the schema of the CRD. */
  private record Described(String path, JsonNode schema) {

    String description() {
      return schema.path("description").asText();
    }

    Stream<Described> fields() {
      JsonNode block = schema.path("items").isMissingNode() ? schema : schema.path("items");
      return block.path("properties").properties().stream()
          .map(field -> new Described(path + "." + field.getKey(), field.getValue()));
    }

    Stream<Described> all() {
      return Stream.concat(Stream.of(this), fields().flatMap(Described::all));
    }

    Stream<Described> outermost(String sentence) {
      return description().startsWith(sentence)
          ? Stream.of(this)
          : fields().flatMap(field -> field.outermost(sentence));
    }
  }

  private static NatsClusterSpec spec(String yaml) {
    return Clusters.cluster(yaml).getSpec();
  }
}
