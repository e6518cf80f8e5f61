package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The chart's alerts and dashboard. PrometheusIT evaluates them. */
class AlertRulesTest {

  private static final Pattern METRIC =
      Pattern.compile("\\b(?:nats_operator|reconciliations|jvm_memory)_\\w+");

  private static final Path DASHBOARD = AlertRules.FILE.resolveSibling("dashboard.json");

  @Test
  void pageContainsCurrentAlerts() throws IOException {
    assertThat(Files.readString(AlertRules.PAGE))
        .as("run `make docs`")
        .contains(Files.readString(AlertRules.FILE))
        .isEqualTo(AlertRules.page());
  }

  @Test
  void everyAlertHasSeverityAndSummary() throws IOException {
    JsonNode rules =
        Serialization.yamlMapper().readTree(AlertRules.FILE.toFile()).at("/groups/0/rules");

    assertThat(rules)
        .hasSizeGreaterThan(10)
        .allSatisfy(
            rule -> {
              assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning");
              assertThat(rule.at("/annotations/summary").asText()).endsWith(".");
            });
  }

  @Test
  void alertsAndDashboardUseOnlyMetricsOfDocs() throws IOException {
    // Alerts are on the page too, so its table is read, where each metric is between backticks.
    Set<String> table = new HashSet<>();
    Files.readString(AlertRules.PAGE)
        .lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(line -> table.addAll(metrics(line)));
    for (Path file : List.of(AlertRules.FILE, DASHBOARD)) {
      assertThat(metrics(Files.readString(file)))
          .as(file.toString())
          .hasSizeGreaterThan(10)
          .allSatisfy(metric -> assertThat(table).contains(metric.replaceFirst("_bucket$", "")));
    }
  }

  private static List<String> metrics(String text) {
    return METRIC.matcher(text).results().map(MatchResult::group).toList();
  }
}
