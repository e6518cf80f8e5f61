package org.natsoperator.cluster;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Limits the configurations in progress by their size. With hundreds of users each takes up to 20
 * MB until it is applied: as a tree, as text, in Base64, and in requests and responses. Two of the
 * largest can be in progress at a time, or very many small ones.
 */
final class RenderingLimit {

  private static final int KIB = 4_096;
  private static final int MOST_KIB_OF_ONE = KIB / 2;

  private final Semaphore space = new Semaphore(KIB, true);

  /**
   * Waits for space, and runs the work. Never use it while a server may not answer.
   *
   * @param bytes of the cluster's configuration files
   */
  <T> T within(long bytes, Supplier<T> work) {
    int needed = (int) Math.min(MOST_KIB_OF_ONE, 1 + bytes / 1024);
    space.acquireUninterruptibly(needed);
    try {
      return work.get();
    } finally {
      space.release(needed);
    }
  }
}
