package org.natsoperator.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * Logins of clients that connect, wait for the answer, and disconnect, without pauses.
 *
 * @param seconds duration of the measurement
 * @param sorted durations of the logins that were answered as expected, in seconds, in ascending
 *     order
 * @param rejected number of legal logins that a server rejected: the operator omits late answers
 */
record LoginLoad(double seconds, List<Double> sorted, int rejected) {

  /** One legal login in so many may be rejected, for example while this machine pauses. */
  private static final int ONE_REJECTED_IN = 1_000;

  /**
   * Logs in with these tokens, one after the other, or forever with a token for each number.
   *
   * @param clients number of clients at a time
   * @param accepted the expected answer of the servers
   */
  static LoginLoad of(
      List<String> addresses, int clients, IntFunction<String> tokens, long nanos, boolean accepted)
      throws Exception {
    long start = System.nanoTime();
    List<Callable<LoginLoad>> tasks = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      int first = i;
      tasks.add(() -> run(addresses, first, n -> first + n * clients, tokens, nanos, accepted));
    }
    List<Double> durations = new ArrayList<>();
    int rejected = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      for (Future<LoginLoad> done : threads.invokeAll(tasks)) {
        durations.addAll(done.get().sorted());
        rejected += done.get().rejected();
      }
    }
    if (rejected > durations.size() / ONE_REJECTED_IN) {
      throw new IllegalStateException(
          "servers rejected %d legal logins and accepted %d".formatted(rejected, durations.size()));
    }
    Collections.sort(durations);
    return new LoginLoad(Times.since(start), durations, rejected);
  }

  /** The logins of one client. */
  private static LoginLoad run(
      List<String> addresses,
      int client,
      IntUnaryOperator numbers,
      IntFunction<String> tokens,
      long nanos,
      boolean accepted)
      throws Exception {
    List<Double> durations = new ArrayList<>();
    int rejected = 0;
    long start = System.nanoTime();
    String address = addresses.get(client % addresses.size());
    for (int i = 0; System.nanoTime() - start < nanos; i++) {
      String token = tokens.apply(numbers.applyAsInt(i));
      if (token == null) {
        break;
      }
      long before = System.nanoTime();
      try (RawClient login = new RawClient(address, token)) {
        if (login.isAccepted() == accepted) {
          durations.add(Times.since(before));
        } else if (accepted) {
          rejected++;
        } else {
          throw new IllegalStateException("a server accepted a forged token");
        }
      }
    }
    Collections.sort(durations);
    return new LoginLoad(Times.since(start), durations, rejected);
  }

  double perSecond() {
    return sorted.size() / seconds;
  }

  String row(String description) {
    String rejections = rejected == 0 ? "" : "; %d rejected".formatted(rejected);
    return "| %s | %.0f/s, median %.0f ms, p99 %.0f ms%s |"
        .formatted(description, perSecond(), millis(0.5), millis(0.99), rejections);
  }

  private double millis(double quantile) {
    return sorted.get((int) (quantile * (sorted.size() - 1))) * TimeUnit.SECONDS.toMillis(1);
  }
}
