package org.natsoperator.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Measures how fast changes reach the clients of servers that ask the operator. */
final class CalloutChanges {

  private static final int REPETITIONS = 20;
  private static final int SECONDS_BETWEEN = 1;

  private final ProjectedCluster cluster;

  private CalloutChanges(ProjectedCluster cluster) {
    this.cluster = cluster;
  }

  static List<String> measure(ProjectedCluster cluster) throws Exception {
    CalloutChanges changes = new CalloutChanges(cluster);
    return List.of(
        changes.deletions("role", user -> cluster.role(user).delete()),
        changes.deletions("pod", user -> cluster.pod(user).withGracePeriod(0).delete()),
        changes.deletions("ServiceAccount", user -> cluster.serviceAccount(user).delete()),
        changes.edits());
  }

  /** Clients log in again at once when the server disconnects them. */
  private String edits() throws Exception {
    String token = cluster.token("user");
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < REPETITIONS; i++) {
      String subject = "added." + i;
      List<RawClient> clients = login(token);
      TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int server = 0; server < clients.size(); server++) {
        String address = cluster.addresses().get(server);
        RawClient client = clients.get(server);
        tasks.add(() -> awaitAllowed(client, address, token, subject));
      }
      long start = System.nanoTime();
      cluster.createRole("user", "greetings", subject);
      all(tasks);
      seconds.add(Times.since(start));
    }
    return new Times(seconds).row("projected tokens: role edited → in force on all 3 servers");
  }

  /** Waits until a client that is disconnected may subscribe after another login. */
  static Void awaitAllowed(RawClient client, String address, String token, String subject)
      throws Exception {
    client.awaitClosed();
    while (true) {
      try (RawClient again = new RawClient(address, token)) {
        if (again.isAccepted() && again.maySubscribe(subject)) {
          return null;
        }
      }
    }
  }

  private interface Deletion {
    void of(String user);
  }

  private String deletions(String what, Deletion deletion) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < REPETITIONS; i++) {
      String user = "leaver-" + what.toLowerCase() + "-" + i;
      cluster.createUser(user, "greetings");
      List<RawClient> clients = login(cluster.token(user));
      TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
      List<Callable<Void>> tasks = new ArrayList<>();
      for (RawClient client : clients) {
        tasks.add(
            () -> {
              client.awaitClosed();
              return null;
            });
      }
      long start = System.nanoTime();
      deletion.of(user);
      all(tasks);
      seconds.add(Times.since(start));
    }
    return new Times(seconds)
        .row("projected tokens: " + what + " deleted → connections closed on all 3 servers");
  }

  /** One connection to each server. */
  private List<RawClient> login(String token) throws Exception {
    List<RawClient> clients = new ArrayList<>();
    for (String address : cluster.addresses()) {
      RawClient client = new RawClient(address, token);
      if (!client.isAccepted()) {
        throw new IllegalStateException("a server refused a login");
      }
      clients.add(client);
    }
    return clients;
  }

  private static void all(List<Callable<Void>> tasks) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    }
  }
}
