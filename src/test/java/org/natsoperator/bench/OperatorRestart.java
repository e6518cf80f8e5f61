package org.natsoperator.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The restart of an operator that looks after many clusters: how long until it asks for nothing any
 * more, what it changed though there was nothing to change, and how much memory it needs then.
 */
final class OperatorRestart {

  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String WHAT = "operator %s with %d clusters of 3 and %d roles";

  private OperatorRestart() {}

  static String measure(int clusters, int roles) throws Exception {
    try (LoneApiServer server = LoneApiServer.start()) {
      OperatorProcess.train(server);
      Fleet fleet = new Fleet(server.client(), clusters, roles / clusters);
      fleet.create();
      try (OperatorProcess first = OperatorProcess.start(server)) {
        double seconds = untilQuiet(server, first);
        System.err.printf("first start: quiet after %.1f s, %s%n", seconds, first.spent());
      }
      Map<String, String> before = fleet.versions();
      try (OperatorProcess again = OperatorProcess.start(server)) {
        double seconds = untilQuiet(server, again);
        List<AuditLog.Request> asked = asked(server, again.started());
        System.err.println("restart: " + again.spent() + ", " + AuditLog.kinds(asked));
        int changed = changed(before, fleet.versions());
        long writes = asked.stream().filter(AuditLog.Request::writes).count();
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
    String what = WHAT.formatted(how, clusters, roles);
    System.out.println(what + ": " + measured);
    return "| " + what + " | " + measured + " |";
  }

  /** Seconds from the start to the last request before a long silence. */
  private static double untilQuiet(LoneApiServer server, OperatorProcess operator)
      throws Exception {
    Instant end = operator.started().plus(PATIENCE);
    Instant last = null;
    while (Instant.now().isBefore(end)) {
      TimeUnit.SECONDS.sleep(1);
      last =
          asked(server, operator.started()).stream()
              .filter(request -> !isSweep(request))
              .map(AuditLog.Request::at)
              .max(Instant::compareTo)
              .orElse(null);
      if (last != null && last.plus(QUIET).isBefore(Instant.now())) {
        return Duration.between(operator.started(), last).toMillis() / 1e3;
      }
    }
    List<AuditLog.Request> lately = asked(server, Instant.now().minus(QUIET));
    throw new IllegalStateException(
        "the operator does not get quiet; lately it asked for " + AuditLog.kinds(lately));
  }

  private static List<AuditLog.Request> asked(LoneApiServer server, Instant since)
      throws IOException {
    return server.auditLog().since(since, LoneApiServer.USER);
  }

  /** Every few seconds it looks for keys of clusters that are gone. */
  private static boolean isSweep(AuditLog.Request request) {
    return request.verb().equals("list") && request.resource().equals("secrets");
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
