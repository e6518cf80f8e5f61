package org.natsoperator.bench;

/**
 * Measures the time from a change of the cluster's size or version until all servers are ready. A
 * client of each server sends requests meanwhile.
 */
final class ServerChange {

  private static final String USER = "steady";

  private ServerChange() {}

  static void prepare(BenchCluster cluster) {
    cluster.createRole(USER, "greetings", "_INBOX.>");
    cluster.awaitInForce(USER);
  }

  /**
   * @param spec the change, as JSON
   */
  static String measure(BenchCluster cluster, String description, String spec) throws Exception {
    try (SteadyClients clients = new SteadyClients(cluster, USER)) {
      long start = System.nanoTime();
      cluster.change(spec);
      cluster.awaitReportedReady();
      double seconds = Times.since(start);
      String row = "%.1f s until Ready; %s".formatted(seconds, clients.stop());
      System.out.println(description + ": " + row);
      return "| " + description + ", one client on each server | " + row + " |";
    }
  }
}
