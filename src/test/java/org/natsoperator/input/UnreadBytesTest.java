package org.natsoperator.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnreadBytesTest {

  private static final long LATER = Duration.ofMillis(51).toNanos();

  private final UnreadBytes unread = new UnreadBytes();

  @Test
  void countsWhatIsQueuedUntilItIsWritten() {
    unread.queued(100, 0);
    unread.queued(100, 0);
    unread.writing();
    assertThat(unread.count(0)).isEqualTo(200);
    unread.written(150, 0);
    assertThat(unread.count(0)).isEqualTo(50);
    unread.written(150, 0);
    assertThat(unread.count(0)).isZero();
  }

  /** The server reads slowly or not at all. */
  @Test
  void countsWhileAWriteWaits() {
    unread.queued(100, 0);
    unread.writing();

    assertThat(unread.count(LATER)).isEqualTo(100);
  }

  /** The queue is empty, although not all of its bytes were counted exactly. */
  @Test
  void forgetsWhenNothingIsSentForSomeTime() {
    unread.queued(100, 0);
    unread.writing();
    unread.written(90, 0);
    assertThat(unread.count(0)).isEqualTo(10);

    assertThat(unread.count(LATER)).isZero();
  }
}
