package org.natsoperator.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Restarts an operator with many clusters. Measures the time until its last request, its
 * unnecessary writes, and its memory afterwards.
 */
final class OperatorRestart {

  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final String WHAT = "operator %s with %d clusters of 3 and %d roles";

  private OperatorRestart() {}

  static String measure(int clusters, int roles) throws Exception {
    try (StandaloneApiServer server = StandaloneApiServer.start()) {
      OperatorProcess.train(server);
      Fleet fleet = new Fleet(server.client(), clusters, roles / clusters);
      fleet.create();
      try (OperatorProcess first = OperatorProcess.start(server)) {
        double seconds = untilQuiet(server.auditLog(), first);
        System.err.printf("first start: quiet after %.1f s, %s%n", seconds, first.spent());
      }
      Map<String, String> before = fleet.versions();
      try (OperatorProcess again = OperatorProcess.start(server)) {
        double seconds = untilQuiet(server.auditLog(), again);
        List<AuditLog.Request> requests = requests(server.auditLog(), again.started());
        System.err.println("restart: " + again.spent() + ", " + AuditLog.kinds(requests));
        int changed = changed(before, fleet.versions());
        long writes = requests.stream().filter(AuditLog.Request::writes).count();
        return String.join(
            "\n",
            row(
                "restarted",
                clusters,
                roles,
                "quiet after %.1f s, %d writes, %d resourceVersions changed of %d"
                    .formatted(seconds, writes, changed, before.size())),
            row("resident memory", clusters, roles, again.residentMiB() + " MiB"));
      }
    }
  }

  private static String row(String how, int clusters, int roles, String measured) {
    String description = WHAT.formatted(how, clusters, roles);
    System.out.println(description + ": " + measured);
    return "| " + description + " | " + measured + " |";
  }

  /** Seconds from the start to the last request before a long pause. */
  static double untilQuiet(AuditLog log, OperatorProcess operator) throws Exception {
    Instant end = operator.started().plus(TIMEOUT);
    Instant last = null;
    while (Instant.now().isBefore(end)) {
      TimeUnit.SECONDS.sleep(1);
      last =
          requests(log, operator.started()).stream()
              .filter(request -> !isSweep(request))
              .map(AuditLog.Request::at)
              .max(Instant::compareTo)
              .orElse(null);
      if (last != null && last.plus(QUIET).isBefore(Instant.now())) {
        return Duration.between(operator.started(), last).toMillis() / 1e3;
      }
    }
    List<AuditLog.Request> latest = requests(log, Instant.now().minus(QUIET));
    throw new IllegalStateException(
        "the operator keeps sending requests; the last ones are " + AuditLog.kinds(latest));
  }

  private static List<AuditLog.Request> requests(AuditLog log, Instant since) throws IOException {
    return log.since(since, StandaloneApiServer.USER);
  }

  /**
   * The leader repeatedly looks for keys of deleted clusters, for pods that wait for a token, and
   * in Events for the reason why a cluster lacks servers, because nothing runs them here.
   */
  private static boolean isSweep(AuditLog.Request request) {
    return request.verb().equals("list")
        && List.of("secrets", "pods", "events").contains(request.resource());
  }

  private static int changed(Map<String, String> before, Map<String, String> after) {
    Map<String, String> same = new HashMap<>(before);
    same.entrySet().retainAll(after.entrySet());
    Map<String, String> all = new HashMap<>(before);
    all.putAll(after);
    all.keySet().removeAll(same.keySet());
    return all.size();
  }
}
