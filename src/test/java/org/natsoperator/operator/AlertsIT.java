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
 * Each alert of the chart fires for the trouble that it is about, and only then. Prometheus' own
 * test tool evaluates the rules over two hours, of which the second has the trouble.
 */
class AlertsIT {

  private static final Path ALERTS = Path.of("charts/nats-operator/files/alerts.yaml");

  private static final String FIRING =
      "count(ALERTS{alertname=\"%s\",alertstate=\"firing\"}) or vector(0)";

  /** Values of the sixty minutes of an hour, in Prometheus' notation. */
  private static final String NONE = "0+0x59 ";

  private static final String ONE = "1+0x59 ";
  private static final String GROWING = "0+1x59 ";

  /**
   * @param series values of each minute, by the time series
   */
  private record Trouble(String alert, Map<String, String> series) {

    @Override
    public String toString() {
      return alert;
    }
  }

  private static Trouble trouble(String alert, String series, String values) {
    return new Trouble(alert, Map.of(series, values));
  }

  static List<Trouble> troubles() {
    return List.of(
        trouble("NatsOperatorLeaderless", "nats_operator_leader", ONE + NONE),
        trouble("NatsOperatorsConflict", "nats_operator_conflicting_operators", NONE + ONE),
        new Trouble(
            "NatsOperatorHeapFull",
            Map.of(
                "jvm_memory_used_bytes{id=\"Tenured Gen\"}", "80+0x59 95+0x59",
                "jvm_memory_max_bytes{id=\"Tenured Gen\"}", "100+0x119")),
        trouble(
            "NatsServerRefusesConfiguration",
            "nats_operator_cluster_servers_refusing{cluster_namespace=\"a\",cluster_name=\"b\"}",
            NONE + ONE),
        trouble(
            "NatsClusterFails",
            "nats_operator_clusters{ready=\"false\",reason=\"ServerFails\"}",
            NONE + ONE),
        trouble(
            "NatsOperatorWebhooksFail",
            "nats_operator_webhook_requests_total{webhook=\"pods\",result=\"failed\"}",
            NONE + GROWING),
        trouble("NatsPodsMissed", "nats_operator_uninjected_pods", NONE + ONE),
        trouble("NatsPodsWaitForToken", "nats_operator_waiting_pods", NONE + ONE),
        // The time starts at zero.
        trouble(
            "NatsOperatorCertificateExpires",
            "nats_operator_webhook_certificate_expiration_timestamp_seconds{certificate=\"ca\"}",
            "864000+0x59 600000+0x59"),
        new Trouble(
            "NatsServersMissing",
            Map.of(
                "nats_operator_cluster_servers_ready{cluster_name=\"b\"}", ONE + NONE,
                "nats_operator_cluster_servers_wanted{cluster_name=\"b\"}", ONE + ONE)),
        trouble(
            "NatsRolesNotInForce",
            "nats_operator_roles{state=\"bound\",reason=\"Waiting\"}",
            NONE + ONE),
        trouble(
            "NatsConfigurationFull",
            "nats_operator_roles{state=\"unbound\",reason=\"ConfigFull\"}",
            NONE + ONE),
        trouble(
            "NatsTokenTampered",
            "nats_operator_tokens_issued_total{cause=\"unproven\"}",
            NONE + GROWING),
        trouble(
            "NatsTokenRequestsFail", "nats_operator_token_requests_failed_total", NONE + GROWING),
        trouble(
            "NatsLoginsUnanswered",
            "nats_operator_cluster_logins_unanswered{cluster_name=\"b\"}",
            NONE + ONE),
        trouble(
            "NatsLoginsUndecided",
            "nats_operator_callout_decisions_total{result=\"silence\",reason=\"overloaded\"}",
            NONE + GROWING),
        trouble(
            "NatsLoginsRefused",
            "nats_operator_cluster_logins_refused_total{cluster_name=\"b\",reason=\"other\"}",
            NONE + GROWING),
        new Trouble(
            "NatsChangesAreSlow",
            Map.of(
                "nats_operator_push_duration_seconds_bucket{le=\"5.0\"}", GROWING + "59+0x59",
                "nats_operator_push_duration_seconds_bucket{le=\"10.0\"}", "0+1x119",
                "nats_operator_push_duration_seconds_bucket{le=\"+Inf\"}", "0+1x119")),
        trouble(
            "NatsOperatorFails",
            "reconciliations_failure_total{controller_name=\"natscluster\"}",
            NONE + GROWING));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("troubles")
  void firesOnlyInTrouble(Trouble trouble) {
    String firing = FIRING.formatted(trouble.alert());

    assertThat(
            Promtool.failures(
                ALERTS,
                trouble.series(),
                List.of(
                    new Promtool.Expected(firing, Duration.ofMinutes(59), 0),
                    new Promtool.Expected(firing, Duration.ofMinutes(119), 1))))
        .isEmpty();
  }

  @Test
  void coversAllAlerts() throws IOException {
    assertThat(troubles())
        .extracting(Trouble::alert)
        .containsExactlyElementsOf(
            Serialization.yamlMapper().readTree(ALERTS.toFile()).findValuesAsText("alert"));
  }
}
