package org.natsoperator.admission;

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
final class FrameGuard implements HTTP2Session.FrameListener {

  /** In bytes. Pieces are as small as the window lets them be, but not most of them. */
  private static final int SMALL = 512;

  /** More small ones than others. */
  private static final int MOST_SMALL = 1_000;

  /** A second, of each connection: settings, pings, requests that are taken back. */
  private static final int MOST_SIGNALS = 1_000;

  private int small;

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
      small = piece.remaining() < SMALL ? small + 1 : Math.max(0, small - 1);
    }
    return small > MOST_SMALL;
  }
}
