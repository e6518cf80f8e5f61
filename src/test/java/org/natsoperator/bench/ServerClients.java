package org.natsoperator.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One client per server, all of the same user. */
final class ServerClients implements AutoCloseable {

  /** A condition that a client waits for. */
  interface Wait {
    void on(ServerClient client) throws Exception;
  }

  private final List<ServerClient> clients = new ArrayList<>();

  ServerClients(BenchCluster cluster, String role) throws Exception {
    String token = cluster.token(role).orElseThrow();
    for (String address : cluster.serverAddresses()) {
      clients.add(new ServerClient(address, role, token));
    }
  }

  /** Waits until the condition holds for all clients. */
  void all(Wait wait) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      clients.forEach(
          client ->
              tasks.add(
                  () -> {
                    wait.on(client);
                    return null;
                  }));
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
  }

  @Override
  public void close() throws Exception {
    for (ServerClient client : clients) {
      client.close();
    }
  }
}
