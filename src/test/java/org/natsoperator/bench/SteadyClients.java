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

/** A client on each server that makes requests all the time, and one on the last server that answers them. */
final class SteadyClients implements AutoCloseable {

  /** A Service leads to a server at random: after so many attempts each of five was met. */
  private static final int ATTEMPTS = 300;

  private final BenchCluster cluster;
  private final String user;
  private final List<SteadyClient> requesters = new ArrayList<>();
  private final SteadyClient responder;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> running = new ArrayList<>();

  SteadyClients(BenchCluster cluster, String user) throws Exception {
    this.cluster = cluster;
    this.user = user;
    List<String> servers = cluster.serverNames();
    responder = connect(List.of(servers.getLast())).get(servers.getLast());
    responder.respond();
    requesters.addAll(connect(servers).values());
    requesters.forEach(
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
    Map<String, SteadyClient> clients = new HashMap<>();
    for (int i = 0; i < ATTEMPTS && clients.size() < servers.size(); i++) {
      SteadyClient client = new SteadyClient(cluster.serviceAddress(), user, token);
      if (!servers.contains(client.server()) || clients.putIfAbsent(client.server(), client) != null) {
        client.close();
      }
    }
    return clients;
  }

  /** Ends the requests and says how they went. */
  String stop() throws Exception {
    TimeUnit.SECONDS.sleep(1);
    requesters.forEach(SteadyClient::stop);
    for (Future<?> end : running) {
      end.get();
    }
    return "%d clients made %d requests, %d got no answer, %d found no responder, %d failed when repeated"
        .formatted(
            requesters.size(),
            sum(SteadyClient::made),
            sum(SteadyClient::unanswered),
            sum(SteadyClient::withoutResponder),
            sum(SteadyClient::inVain));
  }

  private int sum(ToIntFunction<SteadyClient> number) {
    return requesters.stream().mapToInt(number).sum();
  }

  @Override
  public void close() throws Exception {
    for (SteadyClient client : requesters) {
      client.stop();
      client.close();
    }
    responder.close();
    threads.close();
  }
}
