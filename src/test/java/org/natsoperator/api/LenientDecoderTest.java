package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LenientDecoderTest {

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
    var decoded = decode("lameDuckDurationSeconds: 77\n" + spec);

    assertThat(decoded.mismatches()).extracting(TypeMismatch::path).containsExactly(path);
    assertThat(decoded.object().getSpec().lameDuckDurationSeconds()).isEqualTo(77);
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

  private static LenientDecoder.Decoded<NatsCluster> decode(String spec) {
    ObjectNode tree = Serialization.unmarshal("metadata: {name: a}", ObjectNode.class);
    tree.set("spec", Serialization.unmarshal(spec, ObjectNode.class));
    return LenientDecoder.decode(tree, NatsCluster.class);
  }
}
