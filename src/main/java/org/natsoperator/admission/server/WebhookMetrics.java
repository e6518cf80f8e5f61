package org.natsoperator.admission.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.natsoperator.admission.inject.InjectionAnnotations;
import org.natsoperator.api.NatsApi;
import org.natsoperator.validation.FieldError;
import org.springframework.stereotype.Component;

/** Counts and times the requests of webhooks. Labels are words of ours. */
@Component
class WebhookMetrics {

  private static final Duration[] BUCKETS =
      LongStream.of(
              100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
              1_000_000, 5_000_000)
          .mapToObj(micros -> Duration.ofNanos(micros * 1_000))
          .toArray(Duration[]::new);

  /** Labels and annotations that are ours. Their names have dots. */
  private static final Set<String> OURS =
      Stream.concat(
              Stream.of(NatsApi.CLUSTER_LABEL, InjectionAnnotations.INJECT)
                  .map("metadata.labels."::concat),
              InjectionAnnotations.ASKED.stream().map(InjectionAnnotations::field))
          .collect(Collectors.toUnmodifiableSet());

  /** Below, there may be names that a user made up, and a label of a metric must not be one. */
  private static final int SEGMENTS = 3;

  private static final int SEGMENTS_OF_METADATA = 2;

  private final MeterRegistry meters;
  private final Map<Labels, Counter> requests = new ConcurrentHashMap<>();
  private final Map<String, Timer> durations = new ConcurrentHashMap<>();

  WebhookMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  /**
   * Counts and times one request.
   *
   * @param webhook its path
   * @param operation CREATE and so on; empty if the request could not be read
   * @param result allowed, patched, refused; rejected, failed or shed without a verdict
   */
  void count(String webhook, String operation, String result, Duration duration) {
    requests.computeIfAbsent(new Labels(webhook, operation, result), this::counter).increment();
    durations.computeIfAbsent(webhook, this::timer).record(duration);
  }

  /** Counts what an object was refused for, by the field that each rule is about. */
  void denied(String webhook, List<FieldError> errors) {
    errors.stream()
        .map(error -> rule(error.field()))
        .distinct()
        .forEach(rule -> denials(webhook, rule).increment());
  }

  /** Without indexes, and of what users name themselves only where it stands. */
  static String rule(String field) {
    String path = field.replaceAll("\\[[^]]*]", "");
    if (OURS.contains(path)) {
      return path;
    }
    int segments = path.startsWith("metadata.") ? SEGMENTS_OF_METADATA : SEGMENTS;
    return Stream.of(path.split("\\.")).limit(segments).collect(Collectors.joining("."));
  }

  private Counter denials(String webhook, String rule) {
    return Counter.builder("nats.operator.webhook.denials")
        .description("Refused objects by the field that was wrong; one may be wrong in several")
        .tags("webhook", webhook, "rule", rule)
        .register(meters);
  }

  private Counter counter(Labels labels) {
    return Counter.builder("nats.operator.webhook.requests")
        .description("Requests of the API server by what became of them")
        .tags("webhook", labels.webhook, "operation", labels.operation, "result", labels.result)
        .register(meters);
  }

  private Timer timer(String webhook) {
    return Timer.builder("nats.operator.webhook.duration")
        .description("From the first byte of a request's body to the answer")
        .tag("webhook", webhook)
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }

  private record Labels(String webhook, String operation, String result) {}
}
