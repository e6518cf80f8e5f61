package org.natsoperator.testing;

import java.time.Duration;

/**
 * Measures a duration without the pauses of this machine, so that a test can check a promised time
 * on a busy machine too. A pause is the time by which a thread wakes up late from a short sleep.
 */
public final class Stopwatch {

  private static final Duration TICK = Duration.ofMillis(5);

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
