package org.natsoperator.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** API requests of the operator for one edit of a role, counted in the audit log. */
final class ApiRequests {

  /** By then, delayed reconciliations have happened too. */
  private static final int SECONDS_TO_SETTLE = 4;

  private ApiRequests() {}

  static String measure(BenchCluster cluster, AuditLog log, String user, int edits, String roles)
      throws Exception {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < edits; i++) {
      TimeUnit.SECONDS.sleep(SECONDS_TO_SETTLE);
      Instant start = Instant.now();
      cluster.createRole("user", "greetings", "counted." + i);
      cluster.awaitInForce("user");
      TimeUnit.SECONDS.sleep(SECONDS_TO_SETTLE);
      counts.add(count(log.since(start, user)));
    }
    Collections.sort(counts);
    return "| API requests for one role edit, %s | median %d, most %d of %d edits |"
        .formatted(roles, counts.get(counts.size() / 2), counts.getLast(), edits);
  }

  private static int count(List<AuditLog.Request> requests) {
    System.err.println("role edit: " + requests.size() + " requests " + AuditLog.kinds(requests));
    return requests.size();
  }
}
