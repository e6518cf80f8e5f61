package org.natsoperator.cluster.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SlowServersTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final SlowServers slow = new SlowServers();

  @Test
  void toleratesOneLateAnswer() {
    slow.timedOut("a", NOW);

    assertThat(slow.mayAsk("a", NOW)).isTrue();
  }

  @Test
  void pausesLongerEachTimeUpToHalfAMinute() {
    slow.timedOut("a", NOW);
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      slow.timedOut("a", NOW);

      assertThat(slow.mayAsk("a", NOW.plusSeconds(seconds).minusMillis(1))).isFalse();
      assertThat(slow.mayAsk("a", NOW.plusSeconds(seconds))).isTrue();
    }
    assertThat(slow.mayAsk("b", NOW)).as("another server").isTrue();
  }

  @Test
  void answerEndsPause() {
    slow.timedOut("a", NOW);
    slow.timedOut("a", NOW);
    slow.answered("a");

    assertThat(slow.mayAsk("a", NOW)).isTrue();
    slow.timedOut("a", NOW);
    assertThat(slow.mayAsk("a", NOW)).isTrue();
  }

  @Test
  void forgetsServersThatAreNotAskedAnyMore() {
    for (int i = 0; i < 1_000; i++) {
      slow.timedOut("pod-" + i, NOW);
    }
    slow.timedOut("other", NOW.plus(Duration.ofMinutes(1)));

    assertThat(slow.size()).isEqualTo(1);
  }
}
