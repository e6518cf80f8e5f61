package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.eclipse.jetty.http2.RateControl;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.PingFrame;
import org.eclipse.jetty.http2.frames.WindowUpdateFrame;
import org.junit.jupiter.api.Test;

class SmallFrameLimitTest {

  private final SmallFrameLimit guard = new SmallFrameLimit();

  @Test
  void bodiesOfSingleBytesAreTooMuch() {
    assertThat(IntStream.range(0, 5_000).anyMatch(i -> isTooMuch(1, false))).isTrue();
  }

  /** What is left of a window is sent too, here twenty times for each time it is opened. */
  @Test
  void acceptsSmallFramesCausedByFlowControl() {
    for (int body = 0; body < 5_000; body++) {
      assertThat(
              IntStream.range(0, 20).anyMatch(i -> isTooMuch(1, false))
                  || isTooMuch(16_384, false)
                  || isTooMuch(100, true))
          .isFalse();
    }
  }

  @Test
  void whatACallerTellsOfAnswersHeReadsIsNotCounted() {
    RateControl rate = new SmallFrameLimit.Rates().newRateControl(null);
    assertThat(
            IntStream.range(0, 100_000)
                .allMatch(i -> rate.onEvent(new WindowUpdateFrame(i, 4_096))))
        .isTrue();
  }

  @Test
  void signalsAreCounted() {
    RateControl rate = new SmallFrameLimit.Rates().newRateControl(null);
    assertThat(IntStream.range(0, 100_000).allMatch(i -> rate.onEvent(new PingFrame(false))))
        .isFalse();
  }

  private boolean isTooMuch(int bytes, boolean last) {
    return guard.isTooMuch(new DataFrame(1, ByteBuffer.allocate(bytes), last));
  }
}
