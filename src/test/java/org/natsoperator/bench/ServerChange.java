package org.natsoperator.bench;

/**
 * From a change of the cluster's size or version to all servers ready, while a client of each
 * server makes requests.
 */
final class ServerChange {

  private static final String USER = "steady";

  private ServerChange() {}

  static void prepare(BenchCluster cluster) {
    cluster.createRole(USER, "greetings", "_INBOX.>");
    cluster.awaitInForce(USER);
  }

  /**
   * @param spec what is changed, as JSON
   */
  static String measure(BenchCluster cluster, String what, String spec) throws Exception {
    try (SteadyClients clients = new SteadyClients(cluster, USER)) {
      long start = System.nanoTime();
      cluster.change(spec);
      cluster.awaitTold();
      double seconds = Times.since(start);
      String row = "%.1f s until Ready; %s".formatted(seconds, clients.stop());
      System.out.println(what + ": " + row);
      return "| " + what + ", one client on each server | " + row + " |";
    }
  }
}
