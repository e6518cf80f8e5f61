package org.natsoperator.operator;

import java.time.Duration;

/**
 * Ends this process with an error, so that it is restarted. It uses its own threads: the stop waits
 * for callers that hold a lock or run a callback, and these would wait for the stop.
 */
final class ProcessExit {

  /** Longer than a stop takes, including the shutdown delay of the webhook server. */
  private static final Duration LONGEST_STOP = Duration.ofSeconds(25);

  private static final int FAILURE = 1;

  private ProcessExit() {}

  /** Begins the stop and returns; a stop that takes too long is aborted. */
  static void begin() {
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
