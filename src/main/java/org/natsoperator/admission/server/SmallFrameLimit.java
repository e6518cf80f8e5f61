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
 * Ends an HTTP/2 connection whose frames only make work. A piece of a body costs some 150 bytes of
 * memory until it is read, whatever is in it, so a window full of single bytes would cost many
 * times its size.
 */
final class SmallFrameLimit implements HTTP2Session.FrameListener {

  /**
   * In bytes, of a piece on average. Single ones are as small as what is left of a window, and that
   * may be most of them.
   */
  private static final int LEAST = 256;

  /** In bytes, less than so much before it counts. */
  private static final long LONGEST_DEBT = 1_000L * LEAST;

  /** A second, of each connection: settings, pings, requests that are taken back. */
  private static final int MOST_SIGNALS = 1_000;

  private long debt;

  /**
   * For what Jetty counts. Not what a caller tells of an answer that he reads while we have
   * forgotten it already, as Go does for each of more than 4 KiB.
   */
  static final class Rates implements RateControl.Factory {

    @Override
    public RateControl newRateControl(EndPoint endPoint) {
      RateControl others = new WindowRateControl(MOST_SIGNALS, Duration.ofSeconds(1));
      return event -> isRead(event) || others.onEvent(event);
    }
  }

  private static boolean isRead(Object event) {
    return event instanceof WindowUpdateFrame update && update.getWindowDelta() > 0;
  }

  @Override
  public void onIncomingFrame(Session session, Frame frame) {
    if (frame instanceof DataFrame piece && isTooMuch(piece)) {
      session.close(ErrorCode.ENHANCE_YOUR_CALM_ERROR.code, "too many pieces", Callback.NOOP);
    }
  }

  /** Of a connection, one after the other. */
  boolean isTooMuch(DataFrame piece) {
    if (!piece.isEndStream()) {
      debt = Math.max(0, debt + LEAST - piece.remaining());
    }
    return debt > LONGEST_DEBT;
  }
}
