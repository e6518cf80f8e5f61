package org.natsoperator.admission.server;

import java.time.Duration;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.RateControl;
import org.eclipse.jetty.http2.WindowRateControl;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.Frame;
import org.eclipse.jetty.http2.frames.WindowUpdateFrame;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * Closes an HTTP/2 connection with too many small frames. An unread DATA frame needs some 150 bytes
 * of memory in addition to its content. A window of one-byte frames would need many times its size.
 */
final class SmallFrameLimit implements HTTP2Session.FrameListener {

  /** Minimum average size of a frame in bytes. A frame that fills up a window may be smaller. */
  private static final int LEAST = 256;

  /** Maximum number of bytes by which the frames may fall short of the average. */
  private static final long LONGEST_DEBT = 1_000L * LEAST;

  /** Settings, pings and resets per second and connection. */
  private static final int MOST_SIGNALS = 1_000;

  private long debt;

  /**
   * Limits the events that Jetty counts. Window updates for finished responses do not count: Go
   * sends one for each response of more than 4 KiB.
   */
  static final class Rates implements RateControl.Factory {

    @Override
    public RateControl newRateControl(EndPoint endPoint) {
      RateControl others = new WindowRateControl(MOST_SIGNALS, Duration.ofSeconds(1));
      return event ->
          event instanceof WindowUpdateFrame update && update.getWindowDelta() > 0
              || others.onEvent(event);
    }
  }

  @Override
  public void onIncomingFrame(Session session, Frame frame) {
    if (frame instanceof DataFrame piece && isTooMuch(piece)) {
      session.close(ErrorCode.ENHANCE_YOUR_CALM_ERROR.code, "too many small frames", Callback.NOOP);
    }
  }

  /** Not thread-safe: the frames of a connection arrive one after the other. */
  boolean isTooMuch(DataFrame piece) {
    if (!piece.isEndStream()) {
      debt = Math.max(0, debt + LEAST - piece.remaining());
    }
    return debt > LONGEST_DEBT;
  }
}
