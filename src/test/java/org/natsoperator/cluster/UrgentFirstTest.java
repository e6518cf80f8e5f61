package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UrgentFirstTest {

  private static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");

  /** The other changes have waited long enough for the push. */
  private static final Instant NOW = BEGIN.plusSeconds(2);

  private final UrgentFirst urgentFirst = new UrgentFirst();

  @BeforeEach
  void beginPush() {
    urgentFirst.othersDue("a", true, BEGIN);
  }

  @Test
  void othersWaitTwoSecondsForPush() {
    assertThat(due(BEGIN)).isFalse();
    assertThat(due(NOW.minusMillis(1))).isFalse();
    assertThat(due(NOW)).isTrue();
    assertThat(due(NOW.plusSeconds(60))).as("a push that no server confirms").isTrue();
  }

  @Test
  void othersAreDueOnceNothingIsUrgent() {
    assertThat(urgentFirst.othersDue("a", false, BEGIN)).isTrue();
    assertThat(due(NOW)).as("the next push").isFalse();
  }

  @Test
  void failureOfAnotherClusterCausesNoPause() {
    urgentFirst.failed("another", NOW);
    assertThat(due(NOW)).isTrue();
  }

  @Test
  void pausesGrowToThirtySeconds() {
    Instant now = NOW;
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      urgentFirst.failed("a", now);
      assertThat(due(now.plusSeconds(seconds).minusMillis(1))).isFalse();
      now = now.plusSeconds(seconds);
      assertThat(due(now)).isTrue();
    }
  }

  @Test
  void resetsPausesAfterSuccess() {
    urgentFirst.failed("a", NOW);
    urgentFirst.failed("a", NOW);
    urgentFirst.succeeded("a");
    assertThat(due(NOW)).isTrue();
    urgentFirst.failed("a", NOW);
    assertThat(due(NOW.plusSeconds(1))).isTrue();
  }

  private boolean due(Instant now) {
    return urgentFirst.othersDue("a", true, now);
  }
}
