package org.natsoperator.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

class LenientDecoderTest {

  private static final int DEPTH = 9_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          size: three                                         | spec.size
          size: 3.5                                           | spec.size
          size: 3000000000                                    | spec.size
          size: {a: 1}                                        | spec.size
          size: [1]                                           | spec.size
          paused: 'yes'                                       | spec.paused
          version: 2.1                                        | spec.version
          pod: text                                           | spec.pod
          pod: {labels: [a]}                                  | spec.pod.labels
          pod: {natsEnv: {a: b}}                              | spec.pod.natsEnv
          pod: {natsEnv: [{name: A}, 5]}                      | spec.pod.natsEnv[1]
          pod: {resources: {limits: {cpu: []}}}               | spec.pod.resources.limits.cpu
          pod: {resources: {limits: {cpu: ''}}}               | spec.pod.resources.limits.cpu
          """)
  void skipsValueOfWrongType(String spec, String path) {
    NatsCluster read = decode("lameDuckDurationSeconds: 77\n" + spec);

    assertThat(read.mismatches()).extracting(TypeMismatch::path).containsExactly(path);
    assertThat(read.getSpec().lameDuckDurationSeconds()).isEqualTo(77);
  }

  @Test
  void skipsSeveralValues() {
    assertThat(decode("size: a\nversion: 1\nauth: {allowedNamespaces: [1, b, {}]}").mismatches())
        .extracting(mismatch -> mismatch.path() + " " + mismatch.type())
        .containsExactlyInAnyOrder(
            "spec.size STRING",
            "spec.version NUMBER",
            "spec.auth.allowedNamespaces[0] NUMBER",
            "spec.auth.allowedNamespaces[2] OBJECT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "5", "[]", "[[1]]"})
  void readsSpecOfWrongTypeAsUnreadable(String spec) {
    NatsCluster read = read("{metadata: {name: a, uid: b}, spec: %s}".formatted(spec));

    assertThat(read.mismatches()).extracting(TypeMismatch::path).containsExactly("spec");
    assertThat(read.getMetadata().getUid()).isEqualTo("b");
    assertThat(read.hidesLogins()).isTrue();
  }

  @Test
  void readsSpecWithManyWrongValuesAsUnreadable() {
    String labels =
        IntStream.range(0, 5_000).mapToObj(i -> "l" + i + ": {}").collect(Collectors.joining(", "));
    NatsCluster read = decode("size: 3\npod: {labels: {%s}}".formatted(labels));

    assertThat(read.mismatches())
        .hasSize(LenientDecoder.MAX_MISMATCHES + 2)
        .endsWith(new TypeMismatch("spec", JsonNodeType.OBJECT));
    assertThat(read.getSpec().size()).isEqualTo(1);
    assertThat(read.hidesLogins()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"auth: none", "auth: []", "auth: {enableServiceAccounts: 'true'}", "auth: 1"})
  void requiresLoginsIfItCannotReadWhetherTheyAreRequired(String spec) {
    NatsCluster read = decode(spec);

    assertThat(read.getSpec().auth().enableServiceAccounts()).isTrue();
    assertThat(read.hidesLogins()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auth: {allowedNamespaces: a}", "auth: null", "size: a", "auth: {}"})
  void requiresNoLoginsIfItCanReadThatTheyAreNotRequired(String spec) {
    NatsCluster read = decode(spec);

    assertThat(read.getSpec().auth().enableServiceAccounts()).isFalse();
    assertThat(read.hidesLogins()).isFalse();
  }

  @Test
  void keepsRestOfStatus() {
    NatsCluster read =
        read("{metadata: {name: a}, status: {size: 3000000000, servers: 1/1, conditions: [5]}}");

    assertThat(read.getStatus().servers()).isEqualTo("1/1");
    assertThat(read.mismatches())
        .extracting(TypeMismatch::path)
        .containsExactlyInAnyOrder("status.size", "status.conditions[0]");
  }

  /** Each client that may write the status may write these, and the CRDs admit them. */
  @Test
  void ignoresConditionsWithoutTexts() {
    String conditions =
        "[{}, {type: A}, {type: B, status: 'True', reason: C}, {status: 'True'}, {type: F, status:"
            + " 'True', message: G}, {type: D, status: 'True', reason: E, message: ''}]";

    assertThat(
            read("{metadata: {name: a}, status: {conditions: %s}}".formatted(conditions))
                .getStatus()
                .conditions())
        .extracting(Condition::getType)
        .containsExactly("D");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void readsValuesOfAnyDepth(String open) throws JsonProcessingException {
    String deep = open.repeat(DEPTH) + "1" + (open.equals("[") ? "]" : "}").repeat(DEPTH);
    NatsCluster read =
        readJson(
            """
            {"metadata": {"name": "a", "managedFields": %1$s},
             "spec": {"template": %1$s, "size": %1$s, "unknown": %1$s},
             "status": {"size": %1$s}, "unknown": %1$s}
            """
                .formatted(deep));

    assertThat(read.getSpec().template().booleanValue()).isTrue();
    assertThat(read.getMetadata().getManagedFields()).isNullOrEmpty();
    assertThat(read.mismatches())
        .extracting(TypeMismatch::path)
        .containsExactlyInAnyOrder("spec.size", "status.size");
  }

  @Test
  void copyKeepsMarks() {
    NatsCluster read = decode("size: a");
    NatsCluster copy = read.copy();
    copy.getMetadata().setName("other");

    assertThat(copy.mismatches()).isEqualTo(read.mismatches());
    assertThat(copy.getSpec()).isEqualTo(read.getSpec());
    assertThat(read.getMetadata().getName()).isEqualTo("a");
  }

  @Test
  void unreadablePermissionsGrantNothing() {
    NatsServiceRole role =
        Serialization.unmarshal(
            """
            metadata: {name: a}
            spec: {permissions: {publish: '>', subscribe: [a, {}]}}
            """,
            NatsServiceRole.class);

    assertThat(role.getSpec().permissions().publish()).isEmpty();
    assertThat(role.getSpec().permissions().subscribe()).containsExactly("a", null);
    assertThat(role.copy().mismatches())
        .extracting(TypeMismatch::path)
        .containsExactlyInAnyOrder("spec.permissions.publish", "spec.permissions.subscribe[1]");
  }

  /** The caches of the controllers contain them, also with several watched namespaces. */
  @Test
  void keepsOnlyUsedMetadataOfCustomResources() {
    NatsServiceRole role =
        Serialization.unmarshal(
            """
            apiVersion: nats.io/v1alpha2
            kind: NatsServiceRole
            metadata:
              name: a
              labels: {nats_cluster: b, other: c}
              annotations: {other: d, nats.io/reissue: "%s", nats.io/cluster-namespace: e}
              managedFields: [{manager: kubectl}]
            """
                .formatted("f".repeat(100_000)),
            NatsServiceRole.class);

    assertThat(role.getMetadata().getManagedFields()).isNullOrEmpty();
    assertThat(role.getMetadata().getLabels()).isEqualTo(Map.of("nats_cluster", "b"));
    assertThat(role.clusterNamespace()).contains("e");
    assertThat(role.reissue().orElseThrow()).hasSize(1_024);
    assertThat(role.getMetadata().getAnnotations()).hasSize(2);
  }

  @Test
  void keepsLimitedNumberOfAnnotations() {
    NatsServiceRole role =
        Serialization.unmarshal(
            "kind: NatsServiceRole\nmetadata:\n  annotations:\n"
                + IntStream.range(0, 1_000)
                    .mapToObj("    nats.io/%04d: a\n"::formatted)
                    .collect(Collectors.joining()),
            NatsServiceRole.class);

    assertThat(role.getMetadata().getAnnotations())
        .hasSize(20)
        .containsKeys("nats.io/0000", "nats.io/0019");
  }

  private static NatsCluster read(String yaml) {
    return LenientDecoder.decode(
        Serialization.unmarshal("---\n" + yaml, ObjectNode.class), NatsCluster.class);
  }

  private static NatsCluster decode(String spec) {
    ObjectNode tree = Serialization.unmarshal("metadata: {name: a}", ObjectNode.class);
    tree.set("spec", Serialization.unmarshal(spec, ObjectNode.class));
    return LenientDecoder.decode(tree, NatsCluster.class);
  }

  /** Like the operator, without a limit for the depth. */
  private static NatsCluster readJson(String json) throws JsonProcessingException {
    StreamReadConstraints anyDepth =
        StreamReadConstraints.builder().maxNestingDepth(Integer.MAX_VALUE).build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(anyDepth).build())
        .build()
        .readValue(json, NatsCluster.class);
  }
}
