package org.natsoperator.callout;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import org.natsoperator.testing.Sandbox;

/** The counters of one test's cluster, since those of other tests vanish with their clusters. */
final class ClusterCounters {

  private static final String DECISIONS = "nats.operator.callout.decisions";

  private ClusterCounters() {}

  /**
   * @param tags keys and values in turn
   */
  static double sum(MeterRegistry meters, Sandbox sandbox, String metric, String... tags) {
    return of(meters, sandbox, metric, tags).stream().mapToDouble(Counter::count).sum();
  }

  /** The logins that the operator refused for this reason. */
  static double refusals(MeterRegistry meters, Sandbox sandbox, String reason) {
    return sum(meters, sandbox, DECISIONS, "result", "refused", "reason", reason);
  }

  /** The logins that the operator did not accept; returns when it decides about no more. */
  static double notAccepted(MeterRegistry meters, Sandbox sandbox) {
    await()
        .until(
            () -> meters.get("nats.operator.callout.in.progress").gauge().value(),
            each -> each == 0);
    return sum(meters, sandbox, DECISIONS) - sum(meters, sandbox, DECISIONS, "result", "granted");
  }

  static Collection<Counter> of(
      MeterRegistry meters, Sandbox sandbox, String metric, String... tags) {
    return meters.find(metric).tag("cluster_namespace", sandbox.namespace()).tags(tags).counters();
  }
}
