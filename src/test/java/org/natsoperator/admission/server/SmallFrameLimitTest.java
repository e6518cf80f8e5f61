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
  void rejectsBodiesOfSingleBytes() {
    assertThat(IntStream.range(0, 5_000).anyMatch(i -> isTooMuch(1, false))).isTrue();
  }

  /** A client also sends the rest of a flow-control window: here twenty small frames per window. */
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
  void doesNotCountWindowUpdates() {
    RateControl rate = new SmallFrameLimit.Rates().newRateControl(null);
    assertThat(
            IntStream.range(0, 100_000)
                .allMatch(i -> rate.onEvent(new WindowUpdateFrame(i, 4_096))))
        .isTrue();
  }

  @Test
  void countsPings() {
    RateControl rate = new SmallFrameLimit.Rates().newRateControl(null);
    assertThat(IntStream.range(0, 100_000).allMatch(i -> rate.onEvent(new PingFrame(false))))
        .isFalse();
  }

  private boolean isTooMuch(int bytes, boolean last) {
    return guard.isTooMuch(new DataFrame(1, ByteBuffer.allocate(bytes), last));
  }
}
