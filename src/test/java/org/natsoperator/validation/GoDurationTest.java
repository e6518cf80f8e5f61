package org.natsoperator.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

  @ParameterizedTest
  @CsvSource({
    "1h30m, 5400000",
    "1m0s, 60000",
    "2.5s, 2500",
    "1h0.5s, 3600500",
    "800ms, 800",
    "0s, 0"
  })
  void parsesValidDuration(String text, long millis) {
    assertThat(GoDuration.parse(text)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "h",
        "ms",
        "5",
        "1d",
        "-1s",
        "+1s",
        "1,5s",
        "1.5h",
        "1.2ms",
        "1m1h",
        " 1h",
        "1H",
        "１s",
        "9223372036854775h",
        "99999999999999999h"
      })
  void rejectsInvalidDuration(String text) {
    assertThat(GoDuration.parse(text)).isEmpty();
  }
}
