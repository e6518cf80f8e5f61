package org.natsoperator.bench;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Measures the time from the start of the operator's process, with 1 CPU, to readiness. */
final class OperatorStart {

  private static final String UPTIME = "process_uptime_seconds ";

  private OperatorStart() {}

  static String measure(InstalledOperator operator, int starts) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      Pod old = operator.pods().getFirst();
      operator.client().resource(old).delete();
      seconds.add(uptimeWhenReady(operator, old.getMetadata().getUid()));
    }
    return new Times(seconds).row("operator started → ready, 1 CPU");
  }

  private static double uptimeWhenReady(InstalledOperator operator, String oldUid)
      throws Exception {
    while (true) {
      Optional<Pod> fresh =
          operator.pods().stream()
              .filter(pod -> !pod.getMetadata().getUid().equals(oldUid))
              .findFirst();
      if (fresh.isPresent()
          && InstalledOperator.actuator(fresh.get(), "health/readiness").isPresent()) {
        return uptime(InstalledOperator.actuator(fresh.get(), "prometheus").orElseThrow());
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static double uptime(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(UPTIME) || line.startsWith("process_uptime_seconds{"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .mapToDouble(Double::parseDouble)
        .findFirst()
        .orElseThrow();
  }
}
