package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.role.ReissueSchedule.INTERVAL;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReissueScheduleTest {

  private static final Instant START = Instant.parse("2026-11-25T09:00:00Z");

  private final ReissueSchedule schedule = new ReissueSchedule();

  @Test
  void rolesOfClusterTakeTurns() {
    assertThat(untilTurn("a", START)).isZero();
    assertThat(untilTurn("b", START)).isEqualTo(INTERVAL);
    assertThat(untilTurn("c", START)).isEqualTo(INTERVAL.multipliedBy(2));
    assertThat(untilTurn("c", START.plus(INTERVAL))).isEqualTo(INTERVAL);
    assertThat(untilTurn("b", START.plus(INTERVAL))).isZero();
    assertThat(untilTurn("b", START.plus(INTERVAL))).isEqualTo(INTERVAL.multipliedBy(2));
  }

  @Test
  void otherClusterDoesNotWait() {
    untilTurn("a", START);
    untilTurn("b", START);

    assertThat(schedule.untilTurn("c", "other", START)).isZero();
  }

  @Test
  void removedTurnCannotBeUsedLater() {
    untilTurn("a", START);
    untilTurn("b", START);
    schedule.remove("b");
    Instant later = START.plusSeconds(10);

    assertThat(untilTurn("c", later)).isZero();
    assertThat(untilTurn("b", later)).isEqualTo(INTERVAL);
  }

  @Test
  void forgetsUnusedTurns() {
    for (int i = 0; i < 100; i++) {
      untilTurn("deleted-" + i, START);
    }
    assertThat(untilTurn("a", START.plus(Duration.ofMinutes(5)))).isZero();

    assertThat(schedule.size()).isEqualTo(1);
  }

  private Duration untilTurn(String role, Instant now) {
    return schedule.untilTurn(role, "cluster", now);
  }
}
