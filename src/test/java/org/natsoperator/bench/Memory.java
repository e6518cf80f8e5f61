package org.natsoperator.bench;

import java.util.concurrent.TimeUnit;

/** Resident memory of the operator when a cluster has many roles. */
final class Memory {

  private static final int SECONDS_TO_SETTLE = 10;

  private Memory() {}

  static String measure(BenchCluster cluster, int roles) throws Exception {
    for (int i = 0; i < roles; i++) {
      cluster.createRole("many-" + i, "greetings", "subject." + i);
    }
    for (int i = 0; i < roles; i++) {
      cluster.awaitInForce("many-" + i);
    }
    TimeUnit.SECONDS.sleep(SECONDS_TO_SETTLE);
    return "| operator's resident memory with %d roles | %d MiB |"
        .formatted(roles, InstalledOperator.residentMiB());
  }
}
