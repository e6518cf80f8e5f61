package org.natsoperator.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures the time from an edit of a role until a connected client of each server has the new
 * permission.
 */
final class RoleEdit {

  private static final int SECONDS_BETWEEN = 2;

  private RoleEdit() {}

  static String measure(BenchCluster cluster, int edits, String description) throws Exception {
    List<Double> seconds = new ArrayList<>();
    InstalledOperator operator = new InstalledOperator(cluster.client());
    Effort before = operator.effort();
    try (ServerClients clients = new ServerClients(cluster, "user")) {
      for (int i = 0; i < edits; i++) {
        TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
        String subject = "added." + i;
        long start = System.nanoTime();
        cluster.createRole("user", "greetings", subject);
        clients.all(client -> awaitAllowed(client, subject));
        seconds.add(Times.since(start));
      }
    }
    TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
    System.err.println(operator.effort().since(before, edits));
    return new Times(seconds).row("role edited → in force on all 3 servers" + description);
  }

  private static void awaitAllowed(ServerClient client, String subject) throws Exception {
    while (!client.maySubscribe(subject)) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }
}
