package org.natsoperator.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePullSecretsTest {

  @ParameterizedTest
  @ValueSource(strings = {"Registry", "my_registry", "-a", "a-", "a..b", "a,,b", "a,", "a b"})
  void rejectsNameThatNoSecretCanHave(String names) {
    assertThatThrownBy(() -> ImagePullSecrets.of(names))
        .hasMessageContaining("is not a valid name of a Secret; use a DNS name such as registry");
  }

  @Test
  void acceptsNamesOfMaximumLength() {
    assertThat(ImagePullSecrets.of("a".repeat(253)).names()).hasSize(1);
    assertThatThrownBy(() -> ImagePullSecrets.of("a".repeat(254)))
        .hasMessageContaining("is not a valid name of a Secret");
  }

  @Test
  void acceptsMaximumNumberOfNames() {
    assertThat(ImagePullSecrets.of(names(16)).names()).hasSize(16);
    assertThatThrownBy(() -> ImagePullSecrets.of(names(17)))
        .hasMessage("OPERATOR_IMAGE_PULL_SECRETS: 17 names are too many; use at most 16");
  }

  private static String names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "a" + i).collect(Collectors.joining(","));
  }
}
