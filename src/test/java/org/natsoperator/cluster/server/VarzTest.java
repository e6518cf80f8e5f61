package org.natsoperator.cluster.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VarzTest {

  @ParameterizedTest(name = "from {0} to {1}: {2}")
  @CsvSource({
    "2026-11-27T10:00:00Z, 2026-11-27T10:00:09.5Z, PT9.5S",
    "yesterday, 2026-11-27T10:00:09Z, PT0S",
    "'', '', PT0S",
    ", 2026-11-27T10:00:09Z, PT0S"
  })
  void ageIsZeroIfServerSendsNoTime(String start, String now, Duration age) {
    assertThat(new Varz("2.15.3", null, null, 0, start, now).age()).isEqualTo(age);
  }
}
