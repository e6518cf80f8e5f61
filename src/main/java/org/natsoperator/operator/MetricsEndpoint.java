package org.natsoperator.operator;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.stereotype.Component;

/**
 * The metrics for Prometheus, collected at most four times a second: every pod may send requests
 * without a pause, and probes would wait for the processor until the kubelet restarts the operator.
 */
@Component
class MetricsEndpoint extends PrometheusScrapeEndpoint {

  private static final Duration AGE = Duration.ofMillis(250);

  /** All metrics, and the time of {@link System#nanoTime()} at which the collection ended. */
  private record Collected(long end, WebEndpointResponse<byte[]> metrics) {}

  private final Map<PrometheusOutputFormat, Collected> latest =
      new EnumMap<>(PrometheusOutputFormat.class);

  MetricsEndpoint(PrometheusRegistry registry, PrometheusConfig config) {
    super(registry, config.prometheusProperties());
  }

  /**
   * Returns all metrics.
   *
   * @param includedNames ignored: requests for different ones would need a collection each
   */
  @Override
  @ReadOperation(producesFrom = PrometheusOutputFormat.class)
  public synchronized WebEndpointResponse<byte[]> scrape(
      PrometheusOutputFormat format, @Nullable Set<String> includedNames) {
    Collected collected = latest.get(format);
    if (collected == null || System.nanoTime() - collected.end() > AGE.toNanos()) {
      WebEndpointResponse<byte[]> metrics = super.scrape(format, null);
      collected = new Collected(System.nanoTime(), metrics);
      latest.put(format, collected);
    }
    return collected.metrics();
  }
}
