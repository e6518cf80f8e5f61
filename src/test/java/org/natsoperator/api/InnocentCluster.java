package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;

/** A cluster whose role is edited all the time; each edit must take effect at once. */
final class InnocentCluster {

  private static final String NAME = "innocent";
  private static final String USER = "innocent-user";
  private static final Duration POLL = Duration.ofMillis(50);

  /** Much longer than usual, since tests share two cores; much shorter than a restart. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final Sandbox sandbox;
  private final List<Duration> latencies = new CopyOnWriteArrayList<>();
  private volatile boolean stopped;
  private Future<?> editor;

  private InnocentCluster(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  static InnocentCluster start(Sandbox sandbox, ExecutorService threads) {
    sandbox.apply(
        Manifests.cluster(NAME, "auth: {enableServiceAccounts: true}"),
        Manifests.serviceAccount(USER),
        Manifests.role(USER, NAME, List.of("s"), List.of("s")));
    await().untilAsserted(() -> assertThat(sandbox.users(NAME)).contains(USER));
    InnocentCluster cluster = new InnocentCluster(sandbox);
    cluster.editor = threads.submit(cluster::edit);
    return cluster;
  }

  /**
   * Nineteen in twenty edits took effect within this time. The other ones may have waited for
   * another request of this test, since API server, operator and test share two cores.
   */
  Duration latency() {
    List<Duration> sorted = latencies.stream().sorted().toList();
    return sorted.get(sorted.size() * 19 / 20);
  }

  /** Ends the edits; fails if one had no effect. */
  void stop() {
    stopped = true;
    try {
      editor.get();
    } catch (ExecutionException e) {
      throw new AssertionError("an edit of a role had no effect in time", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void edit() {
    do {
      latencies.add(latencyOfEdit("s." + latencies.size()));
    } while (!stopped);
  }

  private Duration latencyOfEdit(String subject) {
    sandbox.apply(Manifests.role(USER, NAME, List.of(subject), List.of(subject)));
    Stopwatch stopwatch = Stopwatch.start();
    await()
        .atMost(TIMEOUT)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .untilAsserted(
            () -> assertThat(sandbox.user(NAME, USER).toString()).contains('"' + subject + '"'));
    Duration latency = stopwatch.elapsed();
    assertThat(latency).isLessThan(LIMIT);
    return latency;
  }
}
