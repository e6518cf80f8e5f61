package org.natsoperator.admission;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bytes that requests may have in memory at a time. A tree of small values takes up to 25 times the
 * bytes of its text, so without a bound a few hostile requests would end the operator. One that
 * needs more than all of it gets it alone.
 */
final class RoomForBodies {

  static final int BYTES = 2 << 20;

  /** Who comes when so many wait already is sent away at once. */
  static final int LONGEST_QUEUE = 64;

  private final Semaphore bytes = new Semaphore(BYTES, true);

  /** Waits its turn; what it took must be given back by {@link #leave}. */
  int enter(int length, Duration patience) throws Rejection, InterruptedException {
    int share = Math.clamp(length, 1, BYTES);
    if (bytes.getQueueLength() >= LONGEST_QUEUE
        || !bytes.tryAcquire(share, patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new Rejection(Rejection.BUSY, "too many requests at once; ask again");
    }
    return share;
  }

  void leave(int share) {
    bytes.release(share);
  }
}
