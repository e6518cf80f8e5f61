package org.natsoperator.callout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.callout.protocol.CalloutMessage.IgnoreReason;
import org.natsoperator.callout.protocol.Decision;
import org.natsoperator.callout.protocol.Decision.Reason;
import org.springframework.stereotype.Component;

/**
 * Counts and times decisions. No label contains a value that a client can choose, since each value
 * would be another time series.
 */
@Component
class CalloutMetrics {

  private static final Duration[] BUCKETS =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 1_500)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterProvider<Counter> decisions;
  private final MeterProvider<Counter> ignored;
  private final MeterProvider<Counter> kicks;
  private final Counter refusedByServers;
  private final Timer durations;
  private final AtomicInteger inProgress = new AtomicInteger();

  CalloutMetrics(MeterRegistry meters) {
    decisions =
        Counter.builder("nats.operator.callout.decisions")
            .description("Logins that servers asked about, by result and reason")
            .withRegistry(meters);
    ignored =
        Counter.builder("nats.operator.callout.ignored")
            .description("Messages that are not requests of a server of the cluster")
            .withRegistry(meters);
    kicks =
        Counter.builder("nats.operator.callout.kicks")
            .description("Connections that this replica closed, since they lost their permission")
            .withRegistry(meters);
    refusedByServers =
        Counter.builder("nats.operator.callout.server.refusals")
            .description("Logins that servers refused")
            .register(meters);
    durations =
        Timer.builder("nats.operator.callout.duration")
            .description("Time from the arrival of a request to its decision")
            .serviceLevelObjectives(BUCKETS)
            .register(meters);
    Gauge.builder("nats.operator.callout.in.progress", inProgress::get)
        .description("Logins that are being decided")
        .register(meters);
  }

  void began() {
    inProgress.incrementAndGet();
  }

  void ended() {
    inProgress.decrementAndGet();
  }

  void ignored(IgnoreReason reason) {
    ignored.withTag("reason", label(reason)).increment();
  }

  void decided(Decision decision, Duration duration) {
    durations.record(duration);
    switch (decision) {
      case Decision.Granted granted -> count("granted", "none");
      case Decision.Refused(Reason reason) -> count("refused", label(reason));
      case Decision.Silence(Reason reason) -> count("silence", label(reason));
    }
  }

  void refusedByServer() {
    refusedByServers.increment();
  }

  void kicked(Revocation reason) {
    kicks.withTag("reason", label(reason)).increment();
  }

  /** Counts a request without an answer, since too many are in progress. */
  void overloaded() {
    count("silence", label(Reason.OVERLOADED));
  }

  private void count(String result, String reason) {
    decisions.withTags("result", result, "reason", reason).increment();
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
