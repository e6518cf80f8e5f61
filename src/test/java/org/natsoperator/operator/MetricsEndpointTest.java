package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;

class MetricsEndpointTest {

  private final AtomicInteger collections = new AtomicInteger();

  @Test
  void requestsInQuickSuccessionShareCollection() {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register((Collector) this::collect);
    MetricsEndpoint endpoint = new MetricsEndpoint(registry, PrometheusConfig.DEFAULT);
    for (int i = 0; i < 1_000; i++) {
      assertThat(status(endpoint)).isEqualTo(200);
    }
    assertThat(collections.get()).isLessThan(100);
    int before = collections.get();
    await().until(() -> status(endpoint) == 200 && collections.get() > before);
  }

  private CounterSnapshot collect() {
    collections.incrementAndGet();
    return CounterSnapshot.builder().name("a").build();
  }

  private static int status(MetricsEndpoint endpoint) {
    return endpoint.scrape(PrometheusOutputFormat.CONTENT_TYPE_004, null).getStatus();
  }
}
