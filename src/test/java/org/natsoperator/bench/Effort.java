package org.natsoperator.bench;

/**
 * The resources that the operator has used so far, from its own metrics. Unlike times, they do not
 * depend on other load of the machine.
 */
record Effort(
    double cpuSeconds,
    double allocatedMiB,
    double pauses,
    double pausedSeconds,
    double tokenReviews) {

  private static final double NANOS = 1e9;
  private static final double MIB = 1024 * 1024;

  static Effort of(String metrics) {
    return new Effort(
        sum(metrics, "process_cpu_time_ns_total") / NANOS,
        sum(metrics, "jvm_gc_memory_allocated_bytes_total") / MIB,
        sum(metrics, "jvm_gc_pause_seconds_count"),
        sum(metrics, "jvm_gc_pause_seconds_sum"),
        sum(metrics, "nats_operator_callout_token_reviews_total"));
  }

  /** The average cost of each operation since then. */
  String since(Effort before, int operations) {
    return "each cost the operator %.2f s of CPU, %.0f MiB, %.1f collections of %.2f s"
        .formatted(
            (cpuSeconds - before.cpuSeconds) / operations,
            (allocatedMiB - before.allocatedMiB) / operations,
            (pauses - before.pauses) / operations,
            (pausedSeconds - before.pausedSeconds) / operations);
  }

  /** The average CPU milliseconds of each operation since then. */
  double cpuMillisSince(Effort before, long operations) {
    return (cpuSeconds - before.cpuSeconds) * 1000 / operations;
  }

  private static double sum(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .mapToDouble(Double::parseDouble)
        .sum();
  }
}
