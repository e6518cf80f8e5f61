package org.natsoperator.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that send reviews without a pause. */
final class ReviewLoad {

  /** The time until the JIT compiler has compiled most of the code that handles reviews. */
  private static final int WARM_UP_SECONDS = 30;

  private static final int SECONDS = 8;

  private final AtomicLong answered = new AtomicLong();
  private volatile boolean over;

  private ReviewLoad() {}

  /**
   * Returns the number of reviews per second.
   *
   * @param warm runs after the warm-up, when the measurement begins
   */
  static long perSecond(int clients, Callable<ReviewClient> client, Tasks.Task warm)
      throws Exception {
    return new ReviewLoad().measure(clients, client, warm);
  }

  private long measure(int clients, Callable<ReviewClient> client, Tasks.Task warm)
      throws Exception {
    List<Tasks.Task> tasks = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      tasks.add(() -> sendUntilOver(client));
    }
    long[] count = new long[2];
    tasks.add(
        () -> {
          try {
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            warm.run();
            count[0] = answered.get();
            TimeUnit.SECONDS.sleep(SECONDS);
            count[1] = answered.get();
          } finally {
            over = true;
          }
        });
    Tasks.all(tasks);
    return (count[1] - count[0]) / SECONDS;
  }

  private void sendUntilOver(Callable<ReviewClient> factory) throws Exception {
    try (ReviewClient client = factory.call()) {
      while (!over) {
        client.send();
        answered.incrementAndGet();
      }
    } catch (Exception e) {
      over = true;
      throw e;
    }
  }
}
