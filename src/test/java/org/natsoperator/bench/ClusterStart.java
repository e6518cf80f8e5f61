package org.natsoperator.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures the time from applying a cluster, a ServiceAccount and a role to three ready servers and
 * the first login on each.
 */
final class ClusterStart {

  private ClusterStart() {}

  static String measure(BenchCluster cluster, int starts) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      long start = System.nanoTime();
      cluster.createServers();
      cluster.createRole("user", "greetings");
      cluster.awaitReady();
      for (String address : cluster.serverAddresses()) {
        awaitLogin(cluster, address);
      }
      seconds.add(Times.since(start));
      cluster.delete();
      cluster.deleteRole("user");
    }
    return new Times(seconds).row("NatsCluster of 3 applied → all Ready, first login");
  }

  private static void awaitLogin(BenchCluster cluster, String address) throws Exception {
    while (true) {
      try (ServerClient client =
          new ServerClient(address, "user", cluster.token("user").orElse("none"))) {
        return;
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }
}
