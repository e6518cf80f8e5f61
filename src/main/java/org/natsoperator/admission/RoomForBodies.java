package org.natsoperator.admission;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bytes that requests may have in memory at a time. One that needs more than all of it gets it
 * alone.
 */
final class RoomForBodies {

  /** Who comes when so many wait already is sent away at once. */
  static final int LONGEST_QUEUE = 64;

  private final int size;
  private final Semaphore bytes;

  RoomForBodies(int size) {
    this.size = size;
    bytes = new Semaphore(size, true);
  }

  /** Waits its turn; what it took must be given back by {@link #leave}. */
  int enter(int length, Duration patience) throws Rejection, InterruptedException {
    int share = Math.clamp(length, 1, size);
    if (bytes.getQueueLength() >= LONGEST_QUEUE
        || !bytes.tryAcquire(share, patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new Rejection(Rejection.BUSY, "too many requests at once; ask again");
    }
    return share;
  }

  /** More for who has a share already; returns his share then. At once or not at all. */
  int grow(int share, int length) throws Rejection, InterruptedException {
    int wanted = Math.clamp(length, 1, size);
    return wanted <= share ? share : share + enter(wanted - share, Duration.ZERO);
  }

  void leave(int share) {
    bytes.release(share);
  }
}
