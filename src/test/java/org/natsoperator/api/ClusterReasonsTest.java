package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.natsoperator.docs.Handbook;

class ClusterReasonsTest {

  @Test
  void listsAllReasons() {
    Stream<String> constants =
        Arrays.stream(ClusterReasons.class.getDeclaredFields())
            .filter(field -> field.getType().equals(String.class))
            .map(
                field -> {
                  try {
                    return Objects.toString(field.get(null));
                  } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                  }
                });

    assertThat(Stream.concat(ClusterReasons.OF_READY.stream(), ClusterReasons.OF_OTHERS.stream()))
        .containsExactlyInAnyOrderElementsOf(constants.toList());
  }

  @Test
  void docsExplainEachReasonAndNoOther() {
    assertThat(Handbook.reasons("Ready of a NatsCluster"))
        .containsExactlyElementsOf(ClusterReasons.OF_READY);
    assertThat(Handbook.reasons("Other conditions of a NatsCluster"))
        .containsExactlyElementsOf(ClusterReasons.OF_OTHERS);
  }
}
