package org.natsoperator.testing;

import java.time.Duration;

/**
 * Waits for a result that the product promises within a time. Each attempt of the test counts for a
 * limited time, so that a pause of this machine does not count.
 */
public final class PromisedTime {

  private static final Duration LONGEST_ATTEMPT = Duration.ofMillis(250);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

  private PromisedTime() {}

  /**
   * Repeats an assertion until it holds. Fails if it does not hold within this time; the last
   * attempt begins after this time.
   */
  public static void within(Duration atMost, Runnable assertion) {
    for (Duration counted = Duration.ZERO; ; ) {
      long start = System.nanoTime();
      try {
        assertion.run();
        return;
      } catch (AssertionError e) {
        if (counted.compareTo(atMost) >= 0) {
          throw e;
        }
      }
      pause();
      Duration attempt = Duration.ofNanos(System.nanoTime() - start);
      counted = counted.plus(attempt.compareTo(LONGEST_ATTEMPT) < 0 ? attempt : LONGEST_ATTEMPT);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_ATTEMPTS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
