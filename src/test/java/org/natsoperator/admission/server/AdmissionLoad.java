package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.natsoperator.admission.review.WebhookPaths;

/**
 * Threads that send requests without a pause until the load ends. No request is repeated, and every
 * exception is a failure.
 */
final class AdmissionLoad implements AutoCloseable {

  /** Time for a request of each thread. It exceeds the timeout of the webhooks. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** API servers see a changed CA bundle with a delay; they get it by a watch. */
  private static final Duration BUNDLE_DELAY = Duration.ofMillis(500);

  /** If this machine pauses, the bundle of a connection is older than that of any API server. */
  private static final Duration OLDEST_BUNDLE = Duration.ofSeconds(2);

  private interface Request {
    void send() throws Exception;
  }

  private static final class Worker {
    private final String name;
    private final AtomicInteger succeeded = new AtomicInteger();
    private int seen;
    private Future<?> thread;

    private Worker(String name) {
      this.name = name;
    }
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Worker> workers = new CopyOnWriteArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  /** Creates ConfigMaps, for which the API server calls both webhooks. */
  AdmissionLoad creating(int number, ConfigMaps maps) {
    for (int i = 1; i <= number; i++) {
      start("creation " + i, () -> maps.create(ConfigMaps.PATCHED));
    }
    return this;
  }

  /**
   * Opens a new connection for each request. Its CA bundle is half a second old, as in an API
   * server.
   */
  AdmissionLoad connecting(Configurations configurations, Replica replica) {
    start("connection", () -> connect(configurations, replica));
    return this;
  }

  private static void connect(Configurations configurations, Replica replica) throws Exception {
    long start = System.nanoTime();
    Caller caller = Caller.trusting(delayedBundle(configurations), replica.port());
    try {
      assertThat(caller.post(WebhookPaths.CLUSTERS, "").statusCode()).isEqualTo(400);
    } catch (IOException e) {
      if (System.nanoTime() - start < OLDEST_BUNDLE.toNanos()) {
        throw e;
      }
    }
  }

  private static String delayedBundle(Configurations configurations) throws InterruptedException {
    String bundle = configurations.caBundle();
    Thread.sleep(BUNDLE_DELAY);
    return bundle;
  }

  private void start(String name, Request request) {
    Worker worker = new Worker(name);
    worker.thread = threads.submit(() -> sendUntilOver(request, worker));
    workers.add(worker);
  }

  private void sendUntilOver(Request request, Worker worker) {
    while (!over) {
      try {
        request.send();
        worker.succeeded.incrementAndGet();
      } catch (Exception | AssertionError e) {
        failures.add("%s %s: %s".formatted(Instant.now(), worker.name, e));
      }
    }
  }

  /** Asserts that every thread has succeeded since the last call, and that no request failed. */
  void assertGoesOn(String phase) {
    for (Worker worker : workers) {
      assertThat(worker.thread).as("thread of %s: %s", worker.name, phase).isNotDone();
      await()
          .atMost(TIMEOUT)
          .untilAsserted(
              () ->
                  assertThat(worker.succeeded.get())
                      .as("successes of %s: %s; failures: %s", worker.name, phase, failures)
                      .isGreaterThan(worker.seen));
      worker.seen = worker.succeeded.get();
    }
    assertThat(failures).as(phase).isEmpty();
  }

  /**
   * Ends the load after this number of successful requests, and asserts that all threads end
   * normally and that no request failed.
   */
  void endAfter(int requests) throws Exception {
    await().atMost(TIMEOUT).until(() -> succeeded() >= requests || !failures.isEmpty());
    over = true;
    for (Worker worker : workers) {
      worker.thread.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
    assertThat(failures).isEmpty();
  }

  private int succeeded() {
    return workers.stream().mapToInt(worker -> worker.succeeded.get()).sum();
  }

  @Override
  public void close() {
    over = true;
    threads.close();
  }
}
