package org.natsoperator.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measures the time from the deletion of a role until every server has disconnected its client. */
final class RoleDelete {

  private static final int SECONDS_BETWEEN = 2;

  private RoleDelete() {}

  static String measure(BenchCluster cluster, int deletions) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < deletions; i++) {
      cluster.createRole("leaver", "greetings");
      cluster.awaitInForce("leaver");
      try (ServerClients clients = new ServerClients(cluster, "leaver")) {
        TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
        long start = System.nanoTime();
        cluster.deleteRole("leaver");
        clients.all(ServerClient::awaitClosed);
        seconds.add(Times.since(start));
      }
    }
    return new Times(seconds).row("role deleted → client disconnected on all 3 servers");
  }
}
