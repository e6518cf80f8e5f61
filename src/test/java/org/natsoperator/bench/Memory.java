package org.natsoperator.bench;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Memory of the installed operator, without pages of files. */
final class Memory {

  /** Memory of the work before is released within about a minute. */
  private static final int SECONDS_TO_SETTLE = 80;

  private static final int SECONDS_TO_COLLECT = 5;

  /** The work during which memory is measured. */
  interface Work {
    void run() throws Exception;
  }

  private Memory() {}

  static String measure(InstalledOperator operator, String when) throws Exception {
    TimeUnit.SECONDS.sleep(SECONDS_TO_SETTLE);
    long atRest = operator.memoryMiB();
    long resident = operator.residentMiB();
    operator.collectGarbage();
    TimeUnit.SECONDS.sleep(SECONDS_TO_COLLECT);
    String row =
        "| operator's memory at rest, %s; after a collection; resident | %d MiB; %d MiB; %d MiB |"
            .formatted(when, atRest, operator.memoryMiB(), resident);
    System.out.println(row);
    return row;
  }

  /** The maximum during the work, sampled four times a second. */
  static String maximum(InstalledOperator operator, String description, Work work)
      throws Exception {
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<?> end =
          threads.submit(
              () -> {
                work.run();
                return null;
              });
      long maximum = operator.memoryMiB();
      while (!end.isDone()) {
        TimeUnit.MILLISECONDS.sleep(250);
        maximum = Math.max(maximum, operator.memoryMiB());
      }
      end.get();
      return "| maximum of the operator's memory, %s | %d MiB |".formatted(description, maximum);
    }
  }
}
