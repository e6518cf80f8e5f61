package org.natsoperator.callout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import org.natsoperator.testing.Sandbox;

/** The counters of one test's cluster, since those of other tests vanish with their clusters. */
final class ClusterCounters {

  private ClusterCounters() {}

  /**
   * @param tags keys and values in turn
   */
  static double sum(MeterRegistry meters, Sandbox sandbox, String metric, String... tags) {
    return of(meters, sandbox, metric, tags).stream().mapToDouble(Counter::count).sum();
  }

  /** The logins that the operator refused for this reason. */
  static double refusals(MeterRegistry meters, Sandbox sandbox, String reason) {
    return sum(
        meters, sandbox, "nats.operator.callout.decisions", "result", "refused", "reason", reason);
  }

  static Collection<Counter> of(
      MeterRegistry meters, Sandbox sandbox, String metric, String... tags) {
    return meters.find(metric).tag("cluster_namespace", sandbox.namespace()).tags(tags).counters();
  }
}
