package org.natsoperator.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * A client on each server that sends requests all the time and answers those of others, like a
 * service of several pods.
 */
final class SteadyClients implements AutoCloseable {

  /**
   * A Service selects a server at random. After this many attempts each of five servers was
   * selected.
   */
  private static final int ATTEMPTS = 300;

  private final BenchCluster cluster;
  private final String user;
  private final List<SteadyClient> clients = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> running = new ArrayList<>();

  SteadyClients(BenchCluster cluster, String user) throws Exception {
    this.cluster = cluster;
    this.user = user;
    List<String> servers = cluster.serverNames();
    clients.addAll(connect(servers).values());
    for (SteadyClient client : clients) {
      client.respond();
    }
    clients.forEach(
        client ->
            running.add(
                threads.submit(
                    () -> {
                      client.request();
                      return null;
                    })));
  }

  private Map<String, SteadyClient> connect(List<String> servers) throws Exception {
    String token = cluster.token(user).orElseThrow();
    Map<String, SteadyClient> connected = new HashMap<>();
    for (int i = 0; i < ATTEMPTS && connected.size() < servers.size(); i++) {
      SteadyClient client = new SteadyClient(cluster.serviceAddress(), user, token);
      if (!servers.contains(client.server())
          || connected.putIfAbsent(client.server(), client) != null) {
        client.close();
      }
    }
    return connected;
  }

  /** Ends the requests and returns a summary. */
  String stop() throws Exception {
    TimeUnit.SECONDS.sleep(1);
    clients.forEach(SteadyClient::stop);
    for (Future<?> end : running) {
      end.get();
    }
    return "%d clients made %d requests, %d got no answer, %d found no responder, %d failed when repeated"
        .formatted(
            clients.size(),
            sum(SteadyClient::sent),
            sum(SteadyClient::unanswered),
            sum(SteadyClient::withoutResponder),
            sum(SteadyClient::failedTwice));
  }

  private int sum(ToIntFunction<SteadyClient> number) {
    return clients.stream().mapToInt(number).sum();
  }

  @Override
  public void close() throws Exception {
    for (SteadyClient client : clients) {
      client.stop();
      client.close();
    }
    threads.close();
  }
}
