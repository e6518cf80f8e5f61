package org.natsoperator.input;

import java.util.HashSet;
import java.util.Set;

/**
 * Limits the bytes per second that several connections read together: the operator has to parse and
 * keep them, and a server that sends without a pause must not take the memory and the CPU time of
 * all others. A connection may use what the others leave free. If that is used up, each connection
 * has an equal share of the same size.
 */
final class InputRate {

  /** In bytes. The login of a client and its events take some 7,000 bytes. */
  static final int PER_SECOND = 16 << 20;

  private final Share common;
  private final Set<Share> open = new HashSet<>();
  private volatile int connections;

  /**
   * @param now in nanoseconds of an arbitrary clock, as all later times
   */
  InputRate(long now) {
    common = new Share(now);
  }

  /** The bytes that may be read now; negative after a read of more. */
  final class Share {

    private double bytes = PER_SECOND;
    private long filledAt;
    private boolean closed;

    private Share(long now) {
      filledAt = now;
    }

    private void fill(double rate, long now) {
      bytes = Math.min(rate, bytes + rate * (now - filledAt) / 1e9);
      filledAt = now;
    }
  }

  /** The share of a new connection. */
  Share newShare(long now) {
    return new Share(now);
  }

  /** The number of connections that read. */
  int connections() {
    return connections;
  }

  /** The connection reads no more. */
  synchronized void close(Share share) {
    share.closed = true;
    open.remove(share);
    connections = open.size();
  }

  /**
   * The time after which a connection may read again, in nanoseconds.
   *
   * @param read in bytes; negative at the end
   */
  synchronized long pauseAfter(int read, Share share, long now) {
    if (!share.closed && open.add(share)) {
      connections = open.size();
    }
    double own = (double) PER_SECOND / Math.max(1, open.size());
    common.fill(PER_SECOND, now);
    share.fill(own, now);
    Share charged = common.bytes > 0 ? common : share;
    charged.bytes -= Math.max(0, read);
    return charged == common ? 0 : (long) Math.max(0, -share.bytes / own * 1e9);
  }
}
