package org.natsoperator.bench;

/**
 * What the operator spent so far, by its own metrics. Unlike the time until something is in force
 * it does not depend on what else the machine does.
 */
record Effort(double cpuSeconds, double allocatedMiB, double pauses, double pausedSeconds) {

  private static final double NANOS = 1e9;
  private static final double MIB = 1024 * 1024;

  static Effort of(String metrics) {
    return new Effort(
        sum(metrics, "process_cpu_time_ns_total") / NANOS,
        sum(metrics, "jvm_gc_memory_allocated_bytes_total") / MIB,
        sum(metrics, "jvm_gc_pause_seconds_count"),
        sum(metrics, "jvm_gc_pause_seconds_sum"));
  }

  /** What each of so many deeds cost since then. */
  String since(Effort before, int deeds) {
    return "each cost the operator %.2f s of CPU, %.0f MiB, %.1f collections of %.2f s"
        .formatted(
            (cpuSeconds - before.cpuSeconds) / deeds,
            (allocatedMiB - before.allocatedMiB) / deeds,
            (pauses - before.pauses) / deeds,
            (pausedSeconds - before.pausedSeconds) / deeds);
  }

  /** Milliseconds of CPU that each of so many deeds took since then. */
  double cpuMillisSince(Effort before, long deeds) {
    return (cpuSeconds - before.cpuSeconds) * 1000 / deeds;
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
