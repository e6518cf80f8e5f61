package org.natsoperator.admission.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.natsoperator.admission.inject.InjectionAnnotations;
import org.natsoperator.api.NatsApi;
import org.natsoperator.validation.FieldError;
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

  /** Paths of the operator's own labels and annotations, whose names contain dots. */
  private static final Set<String> OURS =
      Stream.concat(
              Stream.of(NatsApi.CLUSTER_LABEL, InjectionAnnotations.INJECT)
                  .map("metadata.labels."::concat),
              InjectionAnnotations.ASKED.stream().map(InjectionAnnotations::field))
          .collect(Collectors.toUnmodifiableSet());

  /** Segments of a path after these may be names that a user chose. */
  private static final int SEGMENTS = 3;

  private static final int SEGMENTS_OF_METADATA = 2;

  private final MeterProvider<Counter> requests;
  private final MeterProvider<Timer> durations;
  private final MeterProvider<Counter> denials;

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
    denials =
        Counter.builder("nats.operator.webhook.denials")
            .description(
                "Rejected objects by invalid field; an object counts once for each invalid field")
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

  /** Counts a rejected object once for each field with an error. */
  void denied(String webhook, List<FieldError> errors) {
    errors.stream()
        .map(error -> rule(error.field()))
        .distinct()
        .forEach(rule -> denials.withTags("webhook", webhook, "rule", rule).increment());
  }

  /** Removes indexes and names that users chose from the path of a field. */
  static String rule(String field) {
    String path = field.replaceAll("\\[[^\\[\\]]*+]", "");
    if (OURS.contains(path)) {
      return path;
    }
    int segments = path.startsWith("metadata.") ? SEGMENTS_OF_METADATA : SEGMENTS;
    return Stream.of(path.split("\\.")).limit(segments).collect(Collectors.joining("."));
  }
}
