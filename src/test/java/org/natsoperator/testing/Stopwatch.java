package org.natsoperator.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures a duration without the pauses of this machine, so that a test can check a promised time
 * on a busy machine too. A pause is the time by which a thread wakes up late from a short sleep.
 */
public final class Stopwatch {

  private static final Duration TICK = Duration.ofMillis(5);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(20);

  private static long lastTick = System.nanoTime();
  private static long paused;

  static {
    Thread.ofPlatform().daemon().name("stopwatch").start(Stopwatch::tick);
  }

  private final long start = System.nanoTime();
  private final long pausedBefore = pausedUntil(start);

  private Stopwatch() {}

  /** Starts to measure. */
  public static Stopwatch start() {
    return new Stopwatch();
  }

  /**
   * Repeats an assertion until it holds, and fails if it does not hold within this time. The last
   * attempt begins after this time.
   */
  public static void within(Duration atMost, Runnable assertion) {
    Stopwatch stopwatch = start();
    while (true) {
      boolean last = stopwatch.elapsed().compareTo(atMost) >= 0;
      try {
        assertion.run();
        return;
      } catch (AssertionError e) {
        if (last) {
          throw e;
        }
      }
      LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
    }
  }

  /** The time since the start, without pauses. */
  public Duration elapsed() {
    long now = System.nanoTime();
    return Duration.ofNanos(Math.max(0, now - start - pausesUntil(now)));
  }

  /** The pauses since the start. */
  public Duration pauses() {
    return Duration.ofNanos(pausesUntil(System.nanoTime()));
  }

  private long pausesUntil(long now) {
    return pausedUntil(now) - pausedBefore;
  }

  private static void tick() {
    try {
      while (true) {
        Thread.sleep(TICK);
        endTick();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static synchronized void endTick() {
    long now = System.nanoTime();
    paused = pausedUntil(now);
    lastTick = now;
  }

  /** Includes a pause that the thread has not noticed yet, since it has not woken up. */
  private static synchronized long pausedUntil(long now) {
    long late = now - lastTick - TICK.toNanos();
    return late > TICK.toNanos() ? paused + late : paused;
  }
}
