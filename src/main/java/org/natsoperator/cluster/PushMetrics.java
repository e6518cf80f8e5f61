package org.natsoperator.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.natsoperator.cluster.plan.Push;
import org.springframework.stereotype.Component;

/** The duration and the attempts of pushes. */
@Component
class PushMetrics {

  private static final Duration[] BUCKETS =
      LongStream.of(50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final Timer durations;
  private final Counter first;
  private final Counter again;
  private final Clock clock;

  PushMetrics(MeterRegistry meters, Clock clock) {
    this.clock = clock;
    durations =
        Timer.builder("nats.operator.push.duration")
            .description(
                "Time from the first push attempt until a server confirmed its configuration")
            .serviceLevelObjectives(BUCKETS)
            .register(meters);
    first = attempts(meters, "first");
    again = attempts(meters, "again");
  }

  /** Counts a triggered kubelet sync. */
  void countAttempt(Push push) {
    (push.attempts() > 1 ? again : first).increment();
  }

  /**
   * Times the pushes that were just confirmed.
   *
   * @param before the pushes before, by pod UID
   * @param served servers that had confirmed an earlier file; the first push also waits for the
   *     start of its server and is not timed
   */
  void timeConfirmed(Map<String, Push> before, Map<String, Push> now, Set<String> served) {
    now.forEach(
        (server, push) -> {
          Push last = before.get(server);
          boolean wasUnderWay = last != null && !last.confirmed();
          if (push.confirmed() && wasUnderWay && served.contains(server)) {
            durations.record(Duration.between(push.startedAt(), clock.instant()));
          }
        });
  }

  private static Counter attempts(MeterRegistry meters, String attempt) {
    return Counter.builder("nats.operator.push.attempts")
        .description("Attempts to push a configuration to a server")
        .tag("attempt", attempt)
        .register(meters);
  }
}
