package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.validation.FieldError;

class WebhookMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final WebhookMetrics meters = new WebhookMetrics(registry);

  @Test
  void countsObjectOncePerRule() {
    meters.denied(
        "path",
        List.of(
            new FieldError("spec.permissions.publish[0]", "x"),
            new FieldError("spec.permissions.publish[7]", "y"),
            new FieldError("metadata.labels.nats_cluster", "z")));

    assertThat(registry.getMeters())
        .extracting(meter -> meter.getId().getTag("rule"))
        .containsExactlyInAnyOrder("spec.permissions.publish", "metadata.labels.nats_cluster");
    assertThat(
            registry
                .counter(
                    "nats.operator.webhook.denials",
                    "webhook",
                    "path",
                    "rule",
                    "spec.permissions.publish")
                .count())
        .isEqualTo(1);
  }

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

  @Test
  void omitsUserDefinedNamesFromRules() {
    assertThat(WebhookMetrics.rule("spec.pod.labels.anything/at.all")).isEqualTo("spec.pod.labels");
    assertThat(WebhookMetrics.rule("metadata.annotations.nats.io/clusters"))
        .isEqualTo("metadata.annotations.nats.io/clusters");
    assertThat(WebhookMetrics.rule("metadata.labels.anything.at/all")).isEqualTo("metadata.labels");
    assertThat(WebhookMetrics.rule("metadata.name")).isEqualTo("metadata.name");
    // With backtracking, this takes minutes.
    assertThat(WebhookMetrics.rule("[".repeat(1_000_000))).hasSize(1_000_000);
  }
}
