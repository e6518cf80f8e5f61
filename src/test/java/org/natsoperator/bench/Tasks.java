package org.natsoperator.bench;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Things that are done side by side. */
final class Tasks {

  /** Enough to keep an API server busy, and few enough not to be throttled. */
  private static final int AT_ONCE = 16;

  private Tasks() {}

  /** What may fail. */
  interface Task {
    void run() throws Exception;
  }

  /** Returns when all are done. */
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
