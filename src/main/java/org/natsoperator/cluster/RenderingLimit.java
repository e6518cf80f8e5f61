package org.natsoperator.cluster;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Limits the number of configurations in progress. With hundreds of users each takes up to 20 MB
 * until it is applied: as a tree, as text, in Base64, and in requests and responses.
 */
final class RenderingLimit {

  private static final int MOST_AT_A_TIME = 2;

  private final Semaphore places = new Semaphore(MOST_AT_A_TIME, true);

  /** Waits for a place, and runs the work. Never use it while a server may not answer. */
  <T> T within(Supplier<T> work) {
    places.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      places.release();
    }
  }
}
