package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.chart.RenderedChart.object;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.Helm;

/** Objects for Prometheus and Grafana, with the CRDs of the Prometheus Operator. */
@ExtendWith(ChartServer.class)
class ChartMonitoringIT {

  private static final Path CRDS = Path.of("src/test/resources/prometheus-operator");
  private static final String ALL =
      "\"enabled\": true, \"labels\": {\"release\": \"p\"}, \"annotations\": {\"a\": \"b\"},"
          + " \"interval\": \"30s\", \"scrapeTimeout\": \"500ms\", \"relabelings\":"
          + " [{\"targetLabel\": \"a\", \"replacement\": \"b\"}], \"metricRelabelings\":"
          + " [{\"sourceLabels\": [\"__name__\"], \"regex\": \"jvm_.*\", \"action\": \"drop\"}]";

  @BeforeAll
  static void installCrds() {
    for (String kind : List.of("servicemonitors", "podmonitors", "prometheusrules")) {
      var crd =
          ChartServer.client()
              .apiextensions()
              .v1()
              .customResourceDefinitions()
              .load(CRDS.resolve(kind + ".json").toFile());
      crd.serverSideApply();
    }
    for (String object : List.of("serviceMonitor", "podMonitor", "prometheusRule")) {
      await().untilAsserted(() -> RenderedChart.assertAccepted(object + "={\"enabled\": true}"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serviceMonitor={\"enabled\": true}",
        "serviceMonitor={%s}",
        "podMonitor={\"enabled\": true}",
        "podMonitor={%s}",
        "serverPodMonitor={%s}",
        "prometheusRule={\"enabled\": true, \"labels\": {\"release\": \"p\"}}",
        "serviceMonitor={\"enabled\": true, \"namespace\": \"NAMESPACE\"}"
      })
  void prometheusOperatorAcceptsObjects(String values) {
    RenderedChart.assertAccepted(values.replace("%s", ALL));
  }

  @Test
  void serviceMonitorSelectsServiceAndItsPort() {
    JsonNode spec = monitor("ServiceMonitor", "serviceMonitor={\"enabled\": true}");
    Service service = object(Service.class);

    assertThat(labels(spec)).isNotEmpty();
    assertThat(service.getMetadata().getLabels()).containsAllEntriesOf(labels(spec));
    assertThat(spec.at("/namespaceSelector/matchNames/0").asText())
        .isEqualTo(service.getMetadata().getNamespace());
    assertThat(service.getSpec().getPorts())
        .extracting("name")
        .contains(spec.at("/endpoints/0/port").asText());
  }

  @Test
  void podMonitorSelectsPodsAndTheirPort() {
    JsonNode spec = monitor("PodMonitor", "podMonitor={\"enabled\": true}");
    var pod = object(Deployment.class).getSpec().getTemplate();

    assertThat(labels(spec)).isNotEmpty();
    assertThat(pod.getMetadata().getLabels()).containsAllEntriesOf(labels(spec));
    assertThat(pod.getSpec().getContainers().getFirst().getPorts())
        .extracting("name")
        .contains(spec.at("/podMetricsEndpoints/0/port").asText());
  }

  @Test
  void podMonitorOfServersSelectsPodsWithExporter() {
    JsonNode spec = monitor("PodMonitor", "serverPodMonitor={\"enabled\": true}");
    StatefulSet servers =
        RenderedObjects.of(RenderedObjects.cluster("team", "a", "{pod: {enableMetrics: true}}"))
            .stream()
            .filter(StatefulSet.class::isInstance)
            .map(StatefulSet.class::cast)
            .findFirst()
            .orElseThrow();
    var pod = servers.getSpec().getTemplate();

    assertThat(pod.getMetadata().getLabels())
        .containsAllEntriesOf(labels(spec))
        .containsKey(spec.at("/selector/matchExpressions/0/key").asText());
    assertThat(pod.getSpec().getContainers().getLast().getPorts())
        .extracting("name")
        .containsExactly(spec.at("/podMetricsEndpoints/0/port").asText());
    assertThat(spec.at("/namespaceSelector/any").asBoolean()).isTrue();
    assertThat(
            monitor(
                    "PodMonitor",
                    "serverPodMonitor={\"enabled\": true}",
                    "watchNamespaces=[\"team\"]")
                .at("/namespaceSelector/matchNames"))
        .hasToString("[\"team\"]");
  }

  @Test
  void ruleAndDashboardAreFilesOfChart() throws IOException {
    JsonNode rules = monitor("PrometheusRule", "prometheusRule={\"enabled\": true}");
    ConfigMap dashboard =
        object(ConfigMap.class, "grafanaDashboard={\"enabled\": true, \"namespace\": \"g\"}");

    assertThat(rules).isEqualTo(file("alerts.yaml"));
    assertThat(dashboard.getMetadata().getNamespace()).isEqualTo("g");
    assertThat(dashboard.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    assertThat(new ObjectMapper().readTree(dashboard.getData().get("nats-operator.json")))
        .isEqualTo(file("dashboard.json"));
  }

  @ParameterizedTest
  @CsvSource({"serviceMonitor", "podMonitor"})
  void rejectsSecondMonitorWithItsName(String first) {
    String second = first.equals("podMonitor") ? "serviceMonitor" : "podMonitor";
    Helm.Result answer =
        Helm.tryTemplate(first + "={\"enabled\": true}", second + "={\"enabled\": true}");

    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.text()).contains("podMonitor.enabled: serviceMonitor.enabled is true too");
  }

  private static JsonNode monitor(String kind, String... values) {
    return RenderedChart.objects(values).stream()
        .filter(object -> object.get("kind").equals(kind))
        .map(object -> new ObjectMapper().<JsonNode>valueToTree(object.get("spec")))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> labels(JsonNode spec) {
    return new ObjectMapper()
        .convertValue(
            spec.at("/selector/matchLabels"), new TypeReference<Map<String, String>>() {});
  }

  private static JsonNode file(String name) throws IOException {
    return Serialization.yamlMapper()
        .readTree(Path.of("charts/nats-operator/files", name).toFile());
  }
}
