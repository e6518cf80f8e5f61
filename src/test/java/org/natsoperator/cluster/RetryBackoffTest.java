package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetryBackoffTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  private final RetryBackoff retries = new RetryBackoff();

  @Test
  void isDueWithoutFailure() {
    retries.failed("another", NOW);
    assertThat(retries.due("a", NOW)).isTrue();
  }

  @Test
  void pausesGrowToThirtySeconds() {
    Instant now = NOW;
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      retries.failed("a", now);
      assertThat(retries.due("a", now.plusSeconds(seconds).minusMillis(1))).isFalse();
      now = now.plusSeconds(seconds);
      assertThat(retries.due("a", now)).isTrue();
    }
  }

  @Test
  void resetsPausesAfterSuccess() {
    retries.failed("a", NOW);
    retries.failed("a", NOW);
    retries.forget("a");
    assertThat(retries.due("a", NOW)).isTrue();
    retries.failed("a", NOW);
    assertThat(retries.due("a", NOW.plusSeconds(1))).isTrue();
  }
}
