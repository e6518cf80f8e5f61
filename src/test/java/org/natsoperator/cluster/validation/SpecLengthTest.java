package org.natsoperator.cluster.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Clusters;
import org.natsoperator.validation.FieldError;

class SpecLengthTest {

  /** Has the maximum length of the CRD. */
  private static final String VALUE = "a".repeat(32_768);

  @Test
  void acceptsThreeVariablesOfMaximumLength() {
    assertThat(validate("{pod: {natsEnv: %s}}".formatted(variables(3)))).isEmpty();
  }

  @Test
  void rejectsLongSpecAtItsLongestField() {
    String annotations = "{example.com/a: %s}".formatted("b".repeat(1_024));

    assertThat(
            validate(
                "{version: 2.15.3, pod: {annotations: %s, natsEnv: %s}}"
                    .formatted(annotations, variables(4))))
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.field()).isEqualTo("spec.pod.natsEnv");
              assertThat(error.message())
                  .matches("has 131\\d{3} of the 133\\d{3} characters .* may have 131072; .*");
            });
  }

  @Test
  void rejectsLongSpecWithoutLongField() {
    String secrets =
        IntStream.range(0, 256)
            .mapToObj(i -> "{name: %s%d}".formatted("a".repeat(240), i))
            .collect(Collectors.joining(",", "[", "]"));
    String spec = "{pod: {imagePullSecrets: %s, natsEnv: %s}}".formatted(secrets, variables(3));

    assertThat(validate(spec)).extracting(FieldError::field).containsExactly("spec.pod.natsEnv");
  }

  private static String variables(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{name: A%d, value: %s}".formatted(i, VALUE))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static List<FieldError> validate(String spec) {
    return NatsClusterValidator.validate(Clusters.cluster(spec));
  }
}
