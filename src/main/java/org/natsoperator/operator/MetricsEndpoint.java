package org.natsoperator.operator;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.stereotype.Component;

/**
 * The metrics for Prometheus, collected for one request at a time: every pod may send requests
 * without a pause, and probes would wait for the processor until the kubelet restarts the operator.
 * Requests that wait for one collection share the next one.
 */
@Component
class MetricsEndpoint extends PrometheusScrapeEndpoint {

  /** Requests whose connection was closed wait, too. */
  private static final int MOST_WAITING = ProbeProtocol.MOST_CONNECTIONS;

  /** The time of {@link System#nanoTime()} at which the collection began, and all metrics. */
  private record Collected(long start, WebEndpointResponse<byte[]> metrics) {}

  private final Semaphore turn = new Semaphore(1, true);

  /** The latest of each format. Only a request in its turn uses it. */
  private final Map<PrometheusOutputFormat, Collected> latest =
      new EnumMap<>(PrometheusOutputFormat.class);

  MetricsEndpoint(PrometheusRegistry registry, PrometheusConfig config) {
    super(registry, config.prometheusProperties());
  }

  /**
   * Returns all metrics, or the status 503 if too many requests wait.
   *
   * @param includedNames ignored: requests for different ones would need a collection each
   */
  @Override
  @ReadOperation(producesFrom = PrometheusOutputFormat.class)
  public WebEndpointResponse<byte[]> scrape(
      PrometheusOutputFormat format, @Nullable Set<String> includedNames) {
    if (turn.getQueueLength() >= MOST_WAITING) {
      return new WebEndpointResponse<>(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
    }
    long arrival = System.nanoTime();
    turn.acquireUninterruptibly();
    try {
      return collectedSince(arrival, format);
    } finally {
      turn.release();
    }
  }

  private WebEndpointResponse<byte[]> collectedSince(long arrival, PrometheusOutputFormat format) {
    Collected collected = latest.get(format);
    if (collected == null || collected.start() - arrival < 0) {
      long start = System.nanoTime();
      collected = new Collected(start, super.scrape(format, null));
      latest.put(format, collected);
    }
    return collected.metrics();
  }
}
