package org.natsoperator.admission.server;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.natsoperator.admission.review.HttpError;

/**
 * Limits the bytes that all requests together have in memory. A request that needs more than all of
 * it gets all of it.
 */
final class MemoryBudget {

  /** Maximum number of waiting requests; further requests get 503 at once. */
  static final int LONGEST_QUEUE = 64;

  private final int size;
  private final Semaphore bytes;

  MemoryBudget(int size) {
    this.size = size;
    bytes = new Semaphore(size, true);
  }

  /**
   * Waits for memory and returns the reserved bytes, which {@link #leave} must release. An
   * interrupt means that the operator shuts down.
   */
  int enter(int length, Duration timeout) throws HttpError {
    int share = Math.clamp(length, 1, size);
    try {
      if (bytes.getQueueLength() < LONGEST_QUEUE
          && bytes.tryAcquire(share, timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return share;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HttpError(HttpError.BUSY, "shutting down");
    }
    throw new HttpError(HttpError.BUSY, "too many concurrent requests; retry later");
  }

  /** Enlarges a share without waiting and returns its new size. */
  int grow(int share, int length) throws HttpError {
    int wanted = Math.clamp(length, 1, size);
    return wanted <= share ? share : share + enter(wanted - share, Duration.ZERO);
  }

  void leave(int share) {
    bytes.release(share);
  }
}
