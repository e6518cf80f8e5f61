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

  static List<String> measure(ProjectedCluster cluster, InstalledOperator operator)
      throws Exception {
    CalloutReconnects reconnects = new CalloutReconnects(cluster, operator);
    String known =
        reconnects.row(
            "one token", Collections.nCopies(CLIENTS, cluster.token("user")), Duration.ZERO);
    cluster.awaitServers();
    List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    Tasks.all(Collections.nCopies(CLIENTS, () -> tokens.add(cluster.token("user"))));
    return List.of(known, reconnects.row("each with its own token", tokens, FORGOTTEN));
  }

  /** The time until the last client is connected, and the TokenReviews in it. */
  private String row(String description, List<String> tokens, Duration pause) throws Exception {
    String server = cluster.addresses().getFirst();
    List<String> others =
        cluster.addresses().stream().filter(address -> !address.equals(server)).toList();
    CountDownLatch connected = new CountDownLatch(CLIENTS);
    List<Callable<Long>> clients = new ArrayList<>();
    for (String token : tokens) {
      String other = others.get(clients.size() % others.size());
      clients.add(() -> reconnect(token, server, other, connected));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> all = clients.stream().map(threads::submit).toList();
      if (!connected.await(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("clients are not connected: " + connected.getCount());
      }
      Thread.sleep(pause);
      double reviews = operator.effort().tokenReviews();
      long start = System.nanoTime();
      cluster.kill(server);
      long last = start;
      for (Future<Long> client : all) {
        last = Math.max(last, client.get());
      }
      return ("| %d clients of a killed server, %s → connected to the others"
              + " | %.1f s, %.0f TokenReviews |")
          .formatted(
              CLIENTS,
              description,
              (last - start) / 1e9,
              operator.effort().tokenReviews() - reviews);
    }
  }

  /** Returns the time of the second login. */
  private static long reconnect(String token, String server, String other, CountDownLatch connected)
      throws Exception {
    try (RawClient client = RawClient.login(server, token)) {
      connected.countDown();
      client.awaitClosed();
    }
    try (RawClient client = RawClient.login(other, token)) {
      return System.nanoTime();
    }
  }
}
