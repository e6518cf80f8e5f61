package org.natsoperator.bench;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Memory of the installed operator, as Kubernetes and as the kernel count it. */
final class Memory {

  /** Memory of the work before is released within about a minute. */
  private static final int SECONDS_TO_SETTLE = 80;

  /** The work during which memory is measured. */
  interface Work {
    void run() throws Exception;
  }

  private Memory() {}

  static String measure(InstalledOperator operator, String when) throws Exception {
    TimeUnit.SECONDS.sleep(SECONDS_TO_SETTLE);
    String row =
        "| operator's memory at rest, %s: working set of the container; resident | %d MiB; %d MiB |"
            .formatted(when, operator.workingSetMiB(), operator.residentMiB());
    System.out.println(row);
    return row;
  }

  /** The largest working set during the work, sampled four times a second. */
  static String maximum(InstalledOperator operator, String description, Work work)
      throws Exception {
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> end =
          threads.submit(
              () -> {
                work.run();
                return null;
              });
      long maximum = operator.workingSetMiB();
      while (!end.isDone()) {
        TimeUnit.MILLISECONDS.sleep(250);
        maximum = Math.max(maximum, operator.workingSetMiB());
      }
      end.get();
      return "| operator's largest working set, %s | %d MiB |".formatted(description, maximum);
    }
  }
}
