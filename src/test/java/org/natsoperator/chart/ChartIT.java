package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.RenderedChart.kinds;
import static org.natsoperator.chart.RenderedChart.object;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.settings.ImagePullSecrets;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.Helm;

/** The objects that helm renders, and the API server's validation of them. */
@ExtendWith(ChartServer.class)
class ChartIT {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replicas=2",
        "watchNamespaces=[\"NAMESPACE\"]",
        "imagePullSecrets=[{\"name\": \"a\"}]",
        "serviceAccount={\"name\": \"a\", \"annotations\": {\"b\": \"c\"}}",
        "webhooks={\"failurePolicy\": \"Ignore\", \"timeoutSeconds\": 30}",
        "webhooks={\"certificates\": {\"source\": \"secret\", \"secretName\": \"a\"}}",
        "webhooks={\"evictUninjectedPods\": true}",
        "webhooks={\"enabled\": false}",
        "podLabels={\"a\": \"b\"}",
        "podAnnotations={\"a\": \"b\"}",
        "extraEnv=[{\"name\": \"A\", \"value\": \"b\"}]",
        "nodeSelector={\"a\": \"b\"}",
        "tolerations=[{\"operator\": \"Exists\"}]",
        "priorityClassName=\"system-cluster-critical\"",
        "topologySpreadConstraints=[{\"maxSkew\": 1, \"topologyKey\": \"a\", \"whenUnsatisfiable\":"
            + " \"DoNotSchedule\"}]",
        "topologySpreadConstraints=[]",
        "nameOverride=\"another\"",
        "networkPolicy={\"monitoringFrom\": [{\"podSelector\": {\"matchLabels\": {\"it\":"
            + " \"it's\"}}}]}",
        "guardRails={\"serverPods\": {\"creators\": [\"it's\", \"a \\\"b\\\"\"]}}",
        "guardRails={\"labels\": {\"creators\": [\"it's\", \"a \\\"b\\\"\"]}}",
        "operatorNetworkPolicy={\"enabled\": true, \"apiServerCidrs\": [\"10.0.0.0/28\","
            + " \"fd00::/64\"], \"monitoringFrom\": [{\"namespaceSelector\": {}}]}"
      })
  void apiServerAcceptsAllObjects(String values) {
    RenderedChart.assertAccepted(values);
  }

  /**
   * 172 MiB are known to be enough for 5,000 roles. A user who raises the limit raises the heap.
   * The JVM never takes less than 126 MiB because of a percentage.
   */
  @Test
  void heapFollowsMemoryLimit() {
    String manifests = Helm.template();
    Matcher heap = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)").matcher(manifests);
    Matcher limit = Pattern.compile("limits:\\s+memory: (\\d+)Mi").matcher(manifests);

    assertThat(heap.find()).isTrue();
    assertThat(limit.find()).isTrue();
    assertThat(Integer.parseInt(heap.group(1)) * Integer.parseInt(limit.group(1)))
        .isBetween(172 * 100, 173 * 100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          watchNamespaces=["Not a namespace"]                       | watchNamespaces
          watchNamespaces=["a", "a"]                                | watchNamespaces
          webhooks={"failurePolicy": "Sometimes"}                   | failurePolicy
          webhooks={"timeoutSeconds": 31}                           | timeoutSeconds
          webhooks={"evictUninjectedPods": "yes"}                       | evictUninjectedPods
          extraEnv=[{"name": "OPERATOR_WEBHOOKS_EVICT_UNINJECTED_PODS"}] | extraEnv
          webhooks={"certificates": {"source": "vault"}}            | source
          webhooks={"certificates": {"source": "secret"}}           | webhooks.certificates.secretName
          webhooks={"certificates": {"secretName": "a"}}            | webhooks.certificates.secretName
          webhooks={"certificates": {"issuerRef": {"name": "a"}}}   | webhooks.certificates.issuerRef
          webhooks={"certificates": {"source": "cert-manager", "issuerRef": {"kind": "ClusterIssuer"}}} | webhooks.certificates.issuerRef.name
          extraEnv=[{"name": "OPERATOR_WEBHOOKS_HOSTS"}]            | extraEnv
          networkPolicy={"monitoringFrom": [{}]}                    | monitoringFrom
          networkPolicy={"monitoringFrom": [{"podSelectr": {}}]}    | podSelectr
          operatorNetworkPolicy={"enabled": true}                   | operatorNetworkPolicy.apiServerCidrs
          operatorNetworkPolicy={"apiServerCidrs": ["10.0.0.1"]}    | apiServerCidrs
          operatorNetworkPolicy={"monitoringFrom": [{}]}            | monitoringFrom
          guardRails={"serverPods": {"creators": []}}               | creators
          guardRails={"labels": {"creators": "a"}}                  | creators
          guardRails={"serverpods": {"enabled": false}}             | serverpods
          topologySpreadConstraints=[{"maxSkew": 1}]                | topologyKey
          extraEnv=[{"name": "OPERATOR_WATCH_NAMESPACES"}]          | extraEnv
          podDisruptionBudget={"enabled": "yes"}                    | podDisruptionBudget
          """)
  void rejectsInvalidValueWithItsPath(String values, String path) {
    Helm.Result answer = Helm.tryTemplate(values);

    assertThat(answer.exitCode()).isNotZero();
    assertThat(answer.text()).contains(path);
  }

  @Test
  void operatorReadsVariablesThatChartSets() {
    String monitor = "{\"namespaceSelector\": {\"matchLabels\": {\"team\": \"it's monitoring\"}}}";
    NetworkPolicySettings settings =
        NetworkPolicySettings.of(
            variable(
                "OPERATOR_NETWORK_POLICY",
                "networkPolicy={\"monitoringFrom\": [" + monitor + "]}"));

    assertThat(settings.enabled()).isTrue();
    assertThat(settings.monitoringFrom()).hasSize(2);
    var operator = settings.monitoringFrom().getFirst();
    assertThat(operator.getNamespaceSelector().getMatchLabels())
        .isEqualTo(Map.of("kubernetes.io/metadata.name", "nats-io"));
    assertThat(podLabels())
        .as("labels of the operator's pods")
        .containsAllEntriesOf(operator.getPodSelector().getMatchLabels());
    assertThat(operator.getPodSelector().getMatchLabels()).isNotEmpty();
    assertThat(settings.monitoringFrom().getLast().getNamespaceSelector().getMatchLabels())
        .isEqualTo(Map.of("team", "it's monitoring"));
    assertThat(
            NetworkPolicySettings.of(
                    variable("OPERATOR_NETWORK_POLICY", "networkPolicy={\"enabled\": false}"))
                .enabled())
        .isFalse();
    assertThat(variable("OPERATOR_WATCH_NAMESPACES", "watchNamespaces=[\"a\", \"b\"]"))
        .isEqualTo("a,b");
    assertThat(variable("OPERATOR_IMAGE_REGISTRY", "servers={\"imageRegistry\": \"example.com\"}"))
        .isEqualTo("example.com");
    assertThat(variable("OPERATOR_IMAGE_REGISTRY", "global={\"imageRegistry\": \"example.com\"}"))
        .isEqualTo("example.com");
  }

  @Test
  void operatorReadsPullSecretsThatChartSets() {
    String name = "OPERATOR_IMAGE_PULL_SECRETS";
    String names = variable(name, "servers={\"imagePullSecrets\": [\"b\", \"a.example.com\"]}");

    assertThat(ImagePullSecrets.of(names).names()).containsExactly("b", "a.example.com");
    assertThat(Helm.template("imagePullSecrets=[{\"name\": \"a\"}]")).doesNotContain(name);
  }

  @Test
  void enablesEvictionOnlyIfConfigured() {
    String asked = "webhooks={\"evictUninjectedPods\": true}";

    assertThat(variable("OPERATOR_WEBHOOKS_EVICT_UNINJECTED_PODS", "replicas=2"))
        .isEqualTo("false");
    assertThat(variable("OPERATOR_WEBHOOKS_EVICT_UNINJECTED_PODS", asked)).isEqualTo("true");
    assertThat(Helm.template("replicas=2")).doesNotContain("pods/eviction");
    assertThat(Helm.template(asked)).contains("pods/eviction");
    assertThat(Helm.template("webhooks={\"evictUninjectedPods\": true, \"enabled\": false}"))
        .doesNotContain("pods/eviction");
  }

  @Test
  void singleReplicaNeverBlocksDrain() {
    assertThat(kinds("replicas=1")).doesNotContain("PodDisruptionBudget");
    assertThat(kinds("replicas=2")).contains("PodDisruptionBudget");
    assertThat(kinds("podDisruptionBudget={\"enabled\": false}"))
        .doesNotContain("PodDisruptionBudget");
  }

  @Test
  void topologyConstraintsSelectOperatorPodsByDefault() {
    String another =
        "{\"maxSkew\": 1, \"topologyKey\": \"a\", \"whenUnsatisfiable\": \"ScheduleAnyway\","
            + " \"labelSelector\": {\"matchLabels\": {\"x\": \"y\"}}}";
    String own =
        "{\"maxSkew\": 1, \"topologyKey\": \"b\", \"whenUnsatisfiable\": \"ScheduleAnyway\"}";
    PodSpec pod =
        deployment("topologySpreadConstraints=[%s, %s, %s]".formatted(own, another, own))
            .getSpec()
            .getTemplate()
            .getSpec();

    assertThat(pod.getTopologySpreadConstraints())
        .extracting(
            constraint -> constraint.getLabelSelector().getMatchLabels().keySet().iterator().next())
        .containsExactly("app.kubernetes.io/instance", "x", "app.kubernetes.io/instance");
  }

  private static Map<String, String> podLabels() {
    return deployment("replicas=2").getSpec().getTemplate().getMetadata().getLabels();
  }

  private static String variable(String name, String values) {
    return deployment(values)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getEnv()
        .stream()
        .filter(variable -> variable.getName().equals(name))
        .map(EnvVar::getValue)
        .findFirst()
        .orElseThrow();
  }

  private static Deployment deployment(String values) {
    return object(Deployment.class, values);
  }
}
