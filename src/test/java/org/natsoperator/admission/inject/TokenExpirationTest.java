package org.natsoperator.admission.inject;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenExpirationTest {

  @ParameterizedTest
  @CsvSource({
    "3600, 3600, 3600",
    "90m, 5400, 5400",
    "1h30m, 5400, 5400",
    "1h1s, 3601, 3601",
    "599, 599, 600",
    "600s, 600, 600",
    "24h, 86400, 86400",
    "86401, 86401, 86400",
    "9999999999, 9999999999, 86400",
    "0s, 0, 600"
  })
  void parsesAndClampsDuration(String text, long seconds, long clamped) {
    TokenExpiration lifetime = TokenExpiration.parse(text).orElseThrow();

    assertThat(lifetime.seconds()).isEqualTo(seconds);
    assertThat(lifetime.clamped().seconds()).isEqualTo(clamped);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "h", "1d", "-1", "1.5h", "1m1h", " 1h", "99999999999", "１"})
  void rejectsInvalidDuration(String text) {
    assertThat(TokenExpiration.parse(text)).isEmpty();
  }
}
