package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.testing.Promtool;

/**
 * Each alert of the chart fires for its failure, and only then. Prometheus' own test tool evaluates
 * the rules over two hours. The failure occurs in the second one.
 */
class AlertsIT {

  private static final Path ALERTS = Path.of("charts/nats-operator/files/alerts.yaml");

  private static final String FIRING =
      "count(ALERTS{alertname=\"%s\",alertstate=\"firing\"}) or vector(0)";

  private static final String UNDECIDED =
      "nats_operator_callout_decisions_total{cluster_name=\"%s\",result=\"silence\","
          + "reason=\"overloaded\"}";

  /** Values of the sixty minutes of an hour, in Prometheus' notation. */
  private static final String NONE = "0+0x59 ";

  private static final String ONE = "1+0x59 ";
  private static final String GROWING = "0+1x59 ";

  /**
   * @param series values of each minute, by the time series
   * @param firing how many alerts of this name fire
   */
  private record AlertCase(String alert, Map<String, String> series, int firing) {

    @Override
    public String toString() {
      return alert;
    }
  }

  private static AlertCase alert(String alert, String series, String values) {
    return alert(alert, Map.of(series, values));
  }

  private static AlertCase alert(String alert, Map<String, String> series) {
    return new AlertCase(alert, series, 1);
  }

  static List<AlertCase> alerts() {
    return List.of(
        alert("NatsOperatorLeaderless", "nats_operator_leader", ONE + NONE),
        alert("NatsOperatorsConflict", "nats_operator_conflicting_operators", NONE + ONE),
        alert(
            "NatsOperatorHeapFull",
            Map.of(
                "jvm_memory_used_bytes{id=\"Tenured Gen\"}", "80+0x59 95+0x59",
                "jvm_memory_max_bytes{id=\"Tenured Gen\"}", "100+0x119")),
        alert(
            "NatsServerRefusesConfiguration",
            "nats_operator_cluster_servers_refusing{cluster_namespace=\"a\",cluster_name=\"b\"}",
            NONE + ONE),
        alert(
            "NatsClusterFails",
            "nats_operator_clusters{ready=\"false\",reason=\"ServerFails\"}",
            NONE + ONE),
        alert(
            "NatsOperatorWebhooksFail",
            "nats_operator_webhook_requests_total{webhook=\"pods\",result=\"failed\"}",
            NONE + GROWING),
        alert("NatsPodsMissed", "nats_operator_uninjected_pods", NONE + ONE),
        alert("NatsPodsWaitForToken", "nats_operator_waiting_pods", NONE + ONE),
        // The time starts at zero.
        alert(
            "NatsOperatorCertificateExpires",
            "nats_operator_webhook_certificate_expiration_timestamp_seconds{certificate=\"ca\"}",
            "864000+0x59 600000+0x59"),
        alert(
            "NatsServersMissing",
            Map.of(
                "nats_operator_cluster_servers_ready{cluster_name=\"b\"}", ONE + NONE,
                "nats_operator_cluster_servers_wanted{cluster_name=\"b\"}", ONE + ONE)),
        alert(
            "NatsRolesNotInForce",
            "nats_operator_roles{state=\"bound\",reason=\"Waiting\"}",
            NONE + ONE),
        alert(
            "NatsConfigurationFull",
            "nats_operator_roles{state=\"unbound\",reason=\"ConfigFull\"}",
            NONE + ONE),
        alert(
            "NatsTokenTampered",
            "nats_operator_tokens_issued_total{cause=\"unproven\"}",
            NONE + GROWING),
        alert("NatsTokenRequestsFail", "nats_operator_token_requests_failed_total", NONE + GROWING),
        alert(
            "NatsLoginsUnanswered",
            "nats_operator_cluster_logins_unanswered{cluster_name=\"b\"}",
            NONE + ONE),
        new AlertCase(
            "NatsLoginsUndecided",
            Map.of(
                UNDECIDED.formatted("a"), NONE + GROWING, UNDECIDED.formatted("b"), NONE + GROWING),
            2),
        alert(
            "NatsLoginsRefused",
            "nats_operator_cluster_logins_refused_total{cluster_name=\"b\",reason=\"other\"}",
            NONE + GROWING),
        alert(
            "NatsChangesAreSlow",
            Map.of(
                "nats_operator_push_duration_seconds_bucket{le=\"5.0\"}", GROWING + "59+0x59",
                "nats_operator_push_duration_seconds_bucket{le=\"10.0\"}", "0+1x119",
                "nats_operator_push_duration_seconds_bucket{le=\"+Inf\"}", "0+1x119")),
        alert(
            "NatsOperatorFails",
            "reconciliations_failure_total{controller_name=\"natscluster\"}",
            NONE + GROWING));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("alerts")
  void firesOnlyForItsFailure(AlertCase alert) {
    String firing = FIRING.formatted(alert.alert());

    assertThat(
            Promtool.failures(
                ALERTS,
                alert.series(),
                List.of(
                    new Promtool.Expected(firing, Duration.ofMinutes(59), 0),
                    new Promtool.Expected(firing, Duration.ofMinutes(119), alert.firing()))))
        .isEmpty();
  }

  @Test
  void coversAllAlerts() throws IOException {
    assertThat(alerts())
        .extracting(AlertCase::alert)
        .containsExactlyElementsOf(
            Serialization.yamlMapper().readTree(ALERTS.toFile()).findValuesAsText("alert"));
  }
}
