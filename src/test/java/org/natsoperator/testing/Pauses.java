package org.natsoperator.testing;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Records the times in which this machine ran no threads, until it is closed. */
public final class Pauses implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(20);

  /** A busy machine runs a thread sooner, and the operator has 1.5 s for a login. */
  private static final Duration SHORTEST = Duration.ofMillis(400);

  /** Times of {@link System#nanoTime()}. */
  private record Pause(long start, long end) {}

  private final Queue<Pause> pauses = new ConcurrentLinkedQueue<>();
  private final Duration shortest;
  private final Thread thread;

  public Pauses() {
    this(SHORTEST);
  }

  private Pauses(Duration shortest) {
    this.shortest = shortest;
    thread = Thread.ofPlatform().daemon().start(this::watch);
  }

  /**
   * Sleeps until the machine has not paused for a time.
   *
   * @param shortest length of the shortest pause that matters
   */
  public static void sleepWithoutPause(Duration time, Duration shortest)
      throws InterruptedException {
    try (Pauses pauses = new Pauses(shortest)) {
      long start;
      do {
        start = System.nanoTime();
        Thread.sleep(time);
      } while (pauses.overlap(start, System.nanoTime()));
    }
  }

  /** Returns true if the machine paused in a part of this time. */
  boolean overlap(long start, long end) {
    return pauses.stream().anyMatch(pause -> pause.start() - end < 0 && start - pause.end() < 0);
  }

  @Override
  public void close() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private void watch() {
    try {
      while (true) {
        long start = System.nanoTime();
        Thread.sleep(TICK);
        long end = System.nanoTime();
        if (end - start > shortest.toNanos()) {
          pauses.add(new Pause(start, end));
        }
      }
    } catch (InterruptedException closed) {
      // The user needs no more times.
    }
  }
}
