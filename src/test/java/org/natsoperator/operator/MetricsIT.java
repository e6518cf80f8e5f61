package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.docs.Handbook;
import org.natsoperator.testing.LoopbackServer;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * The metrics that Prometheus scrapes and the Events of objects. Other tests change the metrics
 * too, so these tests compare differences.
 */
@OperatorTest
class MetricsIT {

  private static final String PUSHES = "nats_operator_push_duration_seconds_count";
  private static final String NEW_TOKENS = "nats_operator_tokens_issued_total{cause=\"new\"}";
  private static final String IN_FORCE =
      "nats_operator_roles{reason=\"InForce\",state=\"in_force\"}";
  private static final String READY =
      "nats_operator_clusters{ready=\"true\",reason=\"AllServersReady\"}";

  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  /** The label of metrics that exist only after a login with a projected token. */
  private static final String OF_LOGINS = "result";

  @LocalServerPort private int port;

  @Test
  void metricsAndEventsReportRoleInForce(Sandbox sandbox) throws IOException, InterruptedException {
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    sandbox.apply(
        Manifests.cluster(
            "size: 1\n"
                + "version: \"2.15.3\"\n"
                + "pod: {enableConfigReload: true}\n"
                + "auth: {enableServiceAccounts: true}\n"));
    StatefulSet set = await().until(() -> sandbox.statefulSet(CLUSTER), created -> created != null);
    double tokens = value(NEW_TOKENS);
    try (LoopbackServer server = LoopbackServer.of(set, sandbox.client())) {
      awaitReady(sandbox);
      double pushes = value(PUSHES);
      double attempts = value("nats_operator_push_attempts_total{attempt=\"first\"}");
      double inForce = inForceOfOthers(sandbox);
      sandbox.apply(Manifests.role("nats-user", "foo"));
      await()
          .untilAsserted(
              () ->
                  assertThat(sandbox.roleCondition("nats-user", "Ready").getReason())
                      .isEqualTo("InForce"));
      assertThat(value(NEW_TOKENS)).isEqualTo(tokens + 1);
      // The metric is computed from the cache, which gets the status later.
      await().untilAsserted(() -> assertThat(value(IN_FORCE)).isEqualTo(inForce + 1));
      assertThat(value(PUSHES)).isEqualTo(pushes + 1);
      assertThat(value("nats_operator_push_attempts_total{attempt=\"first\"}"))
          .isEqualTo(attempts + 1);
      assertThat(value(READY)).isPositive();
      assertThat(value("nats_operator_leader")).isEqualTo(1);
      assertThat(value(servers("wanted", sandbox))).isEqualTo(1);
      assertThat(value(servers("ready", sandbox))).isEqualTo(1);
      assertThat(value(servers("refusing", sandbox))).isZero();
      await()
          .untilAsserted(
              () ->
                  assertThat(reasons(sandbox))
                      .containsExactlyInAnyOrder("AllServersReady", "TokenIssued", "InForce"));
      server.breakFiles();
      sandbox.delete(sandbox.role("nats-user"));
      await().untilAsserted(() -> assertThat(value(servers("refusing", sandbox))).isEqualTo(1));
      await().untilAsserted(() -> assertThat(reasons(sandbox)).contains("ServerRefuses"));
      assertThat(value("nats_operator_pushes_refused_total")).isPositive();
      assertThat(value("nats_operator_push_attempts_total{attempt=\"again\"}")).isPositive();
      await().untilAsserted(() -> assertThat(value(IN_FORCE)).isEqualTo(inForce));
    }
  }

  @Test
  void removesMetricsOfDeletedCluster(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster("size: 2"));
    await().untilAsserted(() -> assertThat(value(servers("wanted", sandbox))).isEqualTo(2));
    sandbox.delete(sandbox.cluster(CLUSTER));
    await().untilAsserted(() -> assertThat(scrape()).doesNotContain(sandbox.namespace()));
  }

  /**
   * Labels contain no role names and no user-defined text, because Prometheus keeps each time
   * series.
   */
  @Test
  void labelsContainNoUserDefinedTextExceptClusterName(Sandbox sandbox) {
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("a-name-of-a-role"),
        Manifests.role("a-name-of-a-role", "foo"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("a-name-of-a-role", "Bound").getStatus())
                    .isEqualTo("True"));
    assertThat(scrape()).doesNotContain("a-name-of-a-role");
    Set<String> labels =
        scrape()
            .lines()
            .filter(line -> line.matches("(nats_operator|reconciliations)_.*"))
            .flatMap(line -> LABEL.matcher(line).results())
            .map(match -> match.group(1))
            .filter(label -> !label.equals(OF_LOGINS))
            .collect(Collectors.toSet());
    assertThat(labels)
        .containsExactlyInAnyOrder(
            "controller_name",
            "le",
            "state",
            "reason",
            "ready",
            "cause",
            "attempt",
            "cluster_namespace",
            "cluster_name",
            "certificate",
            "version");
  }

  @Test
  void exportsMetricsOfJosdkAndAllMetricsOfDocs(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster(), Manifests.role("unbound", "foo"));
    for (String controller : Set.of("natscluster", "natsservicerole")) {
      String labels = "{controller_name=\"%s\"}".formatted(controller);
      await()
          .untilAsserted(
              () -> assertThat(value("reconciliations_success_total" + labels)).isPositive());
      assertThat(value("reconciliations_execution_duration_seconds_count" + labels)).isPositive();
    }
    assertThat(Handbook.metrics()).hasSizeGreaterThan(20);
    // These metrics are absent before the first failure, or the first request of the API server or
    // of a server.
    List<String> later =
        List.of(
            "reconciliations_failure_total",
            "reconciliations_retries_total",
            "nats_operator_callout_decisions_total",
            "nats_operator_callout_ignored_total",
            "nats_operator_callout_kicks_total",
            "nats_operator_callout_server_refusals_total",
            "nats_operator_webhook_requests_total",
            "nats_operator_webhook_duration_seconds");
    List<String> metrics =
        Handbook.metrics().stream().filter(metric -> !later.contains(metric)).toList();
    await()
        .untilAsserted(
            () ->
                assertThat(metrics)
                    .allSatisfy(metric -> assertThat(scrape()).contains("\n" + metric)));
    assertThat(value("nats_operator_build_info{version=\"unknown\"}")).isEqualTo(1);
  }

  /** HELP lines of the operator's own metrics; a dashboard shows them. */
  @Test
  void describesEachMetric() {
    assertThat(scrape().lines())
        .filteredOn(line -> line.matches("# HELP (nats_operator|reconciliations)_.*"))
        .hasSizeGreaterThan(15)
        .allSatisfy(line -> assertThat(line).matches("# HELP \\S+ \\S.*"));
  }

  /** A role can be deleted while its reconciliation waits for a thread. */
  @Test
  void nothingIsActiveOrQueuedAfterDeletionOfNewRoles(Sandbox sandbox) {
    sandbox.apply(Manifests.cluster("size: 1"));
    String[] roles =
        IntStream.range(0, 40)
            .mapToObj(i -> Manifests.role("role-" + i, "foo"))
            .toArray(String[]::new);
    sandbox.apply(roles);
    sandbox.client().resources(NatsServiceRole.class).inNamespace(sandbox.namespace()).delete();
    await()
        .untilAsserted(
            () ->
                assertThat(scrape().lines())
                    .filteredOn(line -> line.matches("reconciliations_(active|queue)\\{.*"))
                    .hasSize(4)
                    .allSatisfy(line -> assertThat(line).endsWith(" 0.0")));
  }

  private void awaitReady(Sandbox sandbox) {
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.clusterCondition(CLUSTER, "Ready").getReason())
                    .isEqualTo("AllServersReady"));
  }

  /** Returns when the operator has received the deletion of all roles of earlier tests. */
  private double inForceOfOthers(Sandbox sandbox) {
    var roles = sandbox.client().resources(NatsServiceRole.class).inAnyNamespace();
    return await()
        .until(() -> value(IN_FORCE), inForce -> inForce <= roles.list().getItems().size());
  }

  private static Set<String> reasons(Sandbox sandbox) {
    return sandbox.events().stream().map(event -> event.getReason()).collect(Collectors.toSet());
  }

  private static String servers(String which, Sandbox sandbox) {
    return "nats_operator_cluster_servers_%s{cluster_name=\"%s\",cluster_namespace=\"%s\"}"
        .formatted(which, CLUSTER, sandbox.namespace());
  }

  /** The value of a time series; zero if it does not exist. */
  private double value(String series) {
    return scrape()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  private String scrape() {
    try (var answer =
        URI.create("http://localhost:" + port + "/actuator/prometheus").toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
