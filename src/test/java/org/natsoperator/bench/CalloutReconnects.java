package org.natsoperator.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Measures how long the clients of a server that ends need to log in to the others. */
final class CalloutReconnects {

  private static final int CLIENTS = 2_000;

  /** The operator remembers what the API server said about a token for at most 60 s. */
  private static final Duration FORGOTTEN = Duration.ofSeconds(65);

  private final ProjectedCluster cluster;
  private final InstalledOperator operator;

  private CalloutReconnects(ProjectedCluster cluster, InstalledOperator operator) {
    this.cluster = cluster;
    this.operator = operator;
  }

  /** Seconds from the first lost connection to the last new one, and TokenReviews meanwhile. */
  private record Run(double seconds, double tokenReviews) {}

  /** Times of {@link System#nanoTime}. */
  private record Reconnect(long lost, long connected) {}

  static List<String> measure(ProjectedCluster cluster, InstalledOperator operator)
      throws Exception {
    CalloutReconnects reconnects = new CalloutReconnects(cluster, operator);
    List<String> known = Collections.nCopies(CLIENTS, cluster.token("user"));
    String row = reconnects.row("one token", known, Duration.ZERO, 2);
    List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    Tasks.all(Collections.nCopies(CLIENTS, () -> tokens.add(cluster.token("user"))));
    return List.of(row, reconnects.row("each with its own token", tokens, FORGOTTEN, 1));
  }

  /** Kills each server a number of times: the operator is not connected to all of them. */
  private String row(String description, List<String> tokens, Duration pause, int rounds)
      throws Exception {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < rounds * BenchCluster.SERVERS; i++) {
      cluster.awaitServers();
      runs.add(run(cluster.addresses().get(i % BenchCluster.SERVERS), tokens, pause));
    }
    double reviews = runs.stream().mapToDouble(Run::tokenReviews).max().orElseThrow();
    return new Times(runs.stream().map(Run::seconds).toList())
        .row(
            ("%d clients of a killed server, %s → connected to the others"
                    + " (at most %.0f TokenReviews)")
                .formatted(CLIENTS, description, reviews));
  }

  private Run run(String server, List<String> tokens, Duration pause) throws Exception {
    List<String> others =
        cluster.addresses().stream().filter(address -> !address.equals(server)).toList();
    CountDownLatch connected = new CountDownLatch(CLIENTS);
    List<Callable<Reconnect>> clients = new ArrayList<>();
    for (String token : tokens) {
      String other = others.get(clients.size() % others.size());
      clients.add(() -> reconnect(token, server, other, connected));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Reconnect>> all = clients.stream().map(threads::submit).toList();
      if (!connected.await(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("clients are not connected: " + connected.getCount());
      }
      Thread.sleep(pause);
      double before = operator.effort().tokenReviews();
      cluster.kill(server);
      long first = Long.MAX_VALUE;
      long last = Long.MIN_VALUE;
      for (Future<Reconnect> client : all) {
        first = Math.min(first, client.get().lost());
        last = Math.max(last, client.get().connected());
      }
      return new Run((last - first) / 1e9, operator.effort().tokenReviews() - before);
    }
  }

  private static Reconnect reconnect(
      String token, String server, String other, CountDownLatch connected) throws Exception {
    try (RawClient client = RawClient.login(server, token)) {
      connected.countDown();
      client.awaitClosed();
    }
    long lost = System.nanoTime();
    try (RawClient client = RawClient.login(other, token)) {
      return new Reconnect(lost, System.nanoTime());
    }
  }
}
