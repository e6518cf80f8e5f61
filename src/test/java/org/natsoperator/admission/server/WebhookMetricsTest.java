package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WebhookMetricsTest {

  @Test
  void exportsRequestsByResultAndDurationsFromTenthOfMillisecond() {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    WebhookMetrics scraped = new WebhookMetrics(prometheus);
    scraped.count("path", "CREATE", "patched", Duration.ofNanos(90_000));
    scraped.count("path", "", "shed", Duration.ofNanos(110_000));

    assertThat(prometheus.scrape().lines())
        .contains(
            "nats_operator_webhook_requests_total{operation=\"CREATE\",result=\"patched\","
                + "webhook=\"path\"}"
                + " 1.0",
            "nats_operator_webhook_requests_total{operation=\"\",result=\"shed\",webhook=\"path\"}"
                + " 1.0");
    assertThat(
            prometheus
                .scrape()
                .lines()
                .filter(line -> line.startsWith("nats_operator_webhook_duration_seconds_bucket")))
        .startsWith(
            "nats_operator_webhook_duration_seconds_bucket{webhook=\"path\",le=\"1.0E-4\"} 1",
            "nats_operator_webhook_duration_seconds_bucket{webhook=\"path\",le=\"2.0E-4\"} 2");
  }
}
