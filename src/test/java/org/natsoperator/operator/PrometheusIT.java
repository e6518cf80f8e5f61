package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.natsoperator.callout.ProjectedCluster;
import org.natsoperator.testing.Exporter;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Prometheus;
import org.natsoperator.testing.Promtool;
import org.natsoperator.testing.Sandbox;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A real Prometheus evaluates the chart's alerts and the queries of its dashboard. */
@LongTest
@OperatorTest
class PrometheusIT {

  private static final Path ALERTS = Path.of("charts/nats-operator/files/alerts.yaml");
  private static final Path DASHBOARD = Path.of("charts/nats-operator/files/dashboard.json");

  private static final String REFUSING =
      "ALERTS{alertname=\"NatsServerRefusesConfiguration\",alertstate=\"firing\","
          + "cluster_namespace=\"%s\"}";

  /**
   * Absent before the first failure, before the first request of the API server to a webhook, and
   * with the garbage collector of the tests.
   */
  private static final List<String> ABSENT =
      List.of(
          "reconciliations_failure_total",
          "nats_operator_webhook_requests_total",
          "nats_operator_webhook_duration_seconds",
          "Tenured Gen");

  /** Values of these at each minute. */
  private static final Map<String, String> GENERATED =
      Map.of(
          "reconciliations_failure_total{controller_name=\"natscluster\"}", "0+1x5",
          "nats_operator_webhook_requests_total{webhook=\"pods\",result=\"failed\"}", "0+1x5",
          "nats_operator_webhook_duration_seconds_bucket{webhook=\"pods\",le=\"0.1\"}", "0+1x5",
          "nats_operator_webhook_duration_seconds_bucket{webhook=\"pods\",le=\"+Inf\"}", "0+1x5",
          "jvm_memory_used_bytes{id=\"Tenured Gen\"}", "1+1x5",
          "jvm_memory_max_bytes{id=\"Tenured Gen\"}", "9+0x5");

  @LocalServerPort private int port;

  @Test
  void alertsAndDashboardReturnValues(Sandbox sandbox, Sandbox projected) throws Exception {
    sandbox.apply(
        Manifests.serviceAccount("nats-user"),
        Manifests.role("nats-user", "foo"),
        Manifests.cluster(
            """
            size: 1
            version: "2.15.3"
            pod: {enableConfigReload: true}
            auth: {enableServiceAccounts: true}
            """));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), created -> created != null);
    try (LoopbackServer server = LoopbackServer.of(set, sandbox.client());
        ProjectedCluster callout = ProjectedCluster.start(projected);
        Exporter exporter = Exporter.start(callout.server()::varz);
        Prometheus prometheus = Prometheus.start(port, exporter.port(), ALERTS)) {
      disconnectClient(callout);
      for (String query : queries()) {
        // A rate needs two samples.
        await().untilAsserted(() -> assertThat(prometheus.query(query)).as(query).isNotEmpty());
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(rules(prometheus))
                      .hasSizeGreaterThan(10)
                      .allSatisfy(
                          rule -> assertThat(rule.path("health").asText()).isEqualTo("ok")));
      String refusing = REFUSING.formatted(sandbox.namespace());
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.roleCondition("nats-user", "Ready").getReason())
                      .isEqualTo("InForce"));
      assertThat(prometheus.query(refusing)).isEmpty();
      server.breakFiles();
      sandbox.delete(sandbox.role("nats-user"));
      await().until(() -> !prometheus.query(refusing).isEmpty());
    }
  }

  /** The operator closes the connection of a pod that is deleted. */
  private static void disconnectClient(ProjectedCluster cluster) throws Exception {
    String token = cluster.podToken(ProjectedCluster.POD);
    // The operator on a busy machine may not answer the first login in time.
    try (NatsClient client =
        await()
            .ignoreExceptions()
            .until(() -> cluster.server().login("any", token), Objects::nonNull)) {
      cluster.deletePod(ProjectedCluster.POD);
      client.awaitClosed();
    }
  }

  @Test
  void otherQueriesOfDashboardReturnValues() throws IOException {
    List<Promtool.Expected> values =
        allQueries().stream()
            .filter(query -> ABSENT.stream().anyMatch(query::contains))
            .map(query -> "count((%s) >= 0)".formatted(query))
            .map(query -> new Promtool.Expected(query, Duration.ofMinutes(5), 1))
            .toList();

    assertThat(values).hasSizeGreaterThanOrEqualTo(ABSENT.size());
    assertThat(Promtool.failures(ALERTS, GENERATED, values)).isEmpty();
  }

  /** The queries that return a value without a failure. */
  private static List<String> queries() throws IOException {
    return allQueries().stream()
        .filter(query -> ABSENT.stream().noneMatch(query::contains))
        .toList();
  }

  private static List<String> allQueries() throws IOException {
    List<String> queries =
        new ObjectMapper()
            .readTree(DASHBOARD.toFile())
            .path("panels")
            .valueStream()
            .flatMap(panel -> panel.path("targets").valueStream())
            .map(target -> target.path("expr").asText())
            .map(query -> query.replace("$__rate_interval", "1m").replace("$namespace", ".*"))
            .toList();
    assertThat(queries).hasSizeGreaterThan(35).noneMatch(query -> query.contains("$"));
    return queries;
  }

  private static List<JsonNode> rules(Prometheus prometheus) {
    return prometheus.ruleGroups().stream()
        .flatMap(group -> group.path("rules").valueStream())
        .toList();
  }
}
