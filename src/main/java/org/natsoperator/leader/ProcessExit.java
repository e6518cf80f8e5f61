package org.natsoperator.leader;

import java.time.Duration;

/**
 * Ends this process with an error, so that it is started anew. In threads of its own: a stop waits
 * for whoever holds a lock or a callback, and he would wait for the end of the stop.
 */
public final class ProcessExit {

  /** Longer than a stop takes: the webhooks' server answers for a moment and finishes. */
  private static final Duration LONGEST_STOP = Duration.ofSeconds(25);

  private static final int FAILURE = 1;

  private ProcessExit() {}

  /** Begins to stop, and returns; what does not stop is cut off. */
  public static void begin() {
    try {
      daemon("halt", ProcessExit::haltLater);
      daemon("exit", () -> System.exit(FAILURE));
    } catch (OutOfMemoryError noThreadToBeHad) {
      Runtime.getRuntime().halt(FAILURE);
    }
  }

  private static void haltLater() {
    try {
      Thread.sleep(LONGEST_STOP);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(FAILURE);
  }

  private static void daemon(String name, Runnable task) {
    Thread.ofPlatform().daemon().name(name).start(task);
  }
}
