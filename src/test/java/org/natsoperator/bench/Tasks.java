package org.natsoperator.bench;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs tasks concurrently. */
final class Tasks {

  /** Enough to keep an API server busy, and few enough to avoid throttling. */
  private static final int AT_ONCE = 16;

  private Tasks() {}

  /** A task that may fail. */
  interface Task {
    void run() throws Exception;
  }

  /** Waits until all tasks are done. */
  static void all(List<? extends Task> tasks) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Callable<Void>> calls =
          tasks.stream()
              .<Callable<Void>>map(
                  task ->
                      () -> {
                        task.run();
                        return null;
                      })
              .toList();
      for (Future<Void> done : threads.invokeAll(calls)) {
        done.get();
      }
    }
  }
}
