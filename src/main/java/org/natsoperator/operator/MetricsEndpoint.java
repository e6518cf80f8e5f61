package org.natsoperator.operator;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
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
 */
@Component
class MetricsEndpoint extends PrometheusScrapeEndpoint {

  /** Requests whose connection was closed wait, too. */
  private static final int MOST_WAITING = ProbeProtocol.MOST_CONNECTIONS;

  private final Semaphore turn = new Semaphore(1, true);

  MetricsEndpoint(PrometheusRegistry registry, PrometheusConfig config) {
    super(registry, config.prometheusProperties());
  }

  /** Returns the metrics, or the status 503 if too many requests wait. */
  @Override
  @ReadOperation(producesFrom = PrometheusOutputFormat.class)
  public WebEndpointResponse<byte[]> scrape(
      PrometheusOutputFormat format, @Nullable Set<String> includedNames) {
    if (turn.getQueueLength() >= MOST_WAITING) {
      return new WebEndpointResponse<>(WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
    }
    turn.acquireUninterruptibly();
    try {
      return super.scrape(format, includedNames);
    } finally {
      turn.release();
    }
  }
}
