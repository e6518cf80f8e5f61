package org.natsoperator.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.natsoperator.input.InputRate.PER_SECOND;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InputRateTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int READ = PER_SECOND / 64;

  private final long start = System.nanoTime();
  private final InputRate rate = new InputRate(start);
  private final InputRate.Share one = rate.newShare(start);
  private final InputRate.Share other = rate.newShare(start);

  @Test
  void doesNotPauseOneConnectionWithinTheCommonRate() {
    for (int i = 0; i < 64; i++) {
      assertThat(rate.pauseAfter(READ, one, start)).isZero();
    }
    assertThat(rate.pauseAfter(READ, one, start + SECOND)).isZero();
  }

  /** With the first read, each takes what its share already has. */
  @Test
  void pausesConnectionThatUsesUpItsShareToo() {
    useUpCommonRate(start);
    rate.pauseAfter(0, other, start);
    rate.pauseAfter(PER_SECOND / 2, one, start);

    assertThat(rate.pauseAfter(READ, one, start))
        .as("half of the rate is its share")
        .isCloseTo(SECOND / 32, within(SECOND / 1_000));
    assertThat(rate.pauseAfter(READ, other, start)).as("the other connection").isZero();
  }

  @Test
  void shareGrowsWhenAnotherConnectionEnds() {
    useUpCommonRate(start);
    rate.pauseAfter(0, other, start);
    assertThat(rate.connections()).isEqualTo(2);
    rate.close(other);
    rate.pauseAfter(0, other, start);

    assertThat(rate.connections()).isEqualTo(1);
    long later = start + SECOND;
    useUpCommonRate(later);
    assertThat(rate.pauseAfter(PER_SECOND, one, later)).isZero();
  }

  private void useUpCommonRate(long now) {
    assertThat(rate.pauseAfter(PER_SECOND, one, now)).isZero();
  }
}
