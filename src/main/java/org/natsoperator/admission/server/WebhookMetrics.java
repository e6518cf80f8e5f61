package org.natsoperator.admission.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.LongStream;
import org.springframework.stereotype.Component;

/** Counts and times the requests of webhooks. No label contains a name that a user chose. */
@Component
class WebhookMetrics {

  private static final Duration[] BUCKETS =
      LongStream.of(
              100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
              1_000_000, 5_000_000)
          .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
          .toArray(Duration[]::new);

  private final MeterProvider<Counter> requests;
  private final MeterProvider<Timer> durations;

  WebhookMetrics(MeterRegistry meters) {
    requests =
        Counter.builder("nats.operator.webhook.requests")
            .description("Admission requests by result")
            .withRegistry(meters);
    durations =
        Timer.builder("nats.operator.webhook.duration")
            .description("Time from the headers of an admission request to its response")
            .serviceLevelObjectives(BUCKETS)
            .withRegistry(meters);
  }

  /**
   * Counts and times one request.
   *
   * @param webhook its path
   * @param operation CREATE and so on; empty if the request could not be read
   * @param result allowed, patched or refused; rejected, failed or shed without a response
   */
  void count(String webhook, String operation, String result, Duration duration) {
    requests.withTags("webhook", webhook, "operation", operation, "result", result).increment();
    durations.withTags("webhook", webhook).record(duration);
  }
}
