package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.chart.RenderedChart.kinds;
import static org.natsoperator.chart.RenderedChart.object;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.settings.NetworkPolicySettings;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.Helm;

/** The objects that helm renders, and the API server's validation of them. */
@ExtendWith(ChartServer.class)
class ChartIT {

  private static final String ALL_OFF =
      "guardRails={\"serverPods\": {\"enabled\": false}, \"operatorAccount\": {\"enabled\":"
          + " false}, \"secrets\": {\"enabled\": false}, \"deletions\": {\"enabled\": false}}";

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
        "guardRails={\"secrets\": {\"creators\": [\"it's\", \"a \\\"b\\\"\"]}}",
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
          guardRails={"secrets": {"creators": "a"}}                 | creators
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

  /** This API server has no cert-manager kinds to apply. */
  @Test
  void certManagerCertificateHasNameOfWebhookService() {
    String own = Helm.template("webhooks={\"certificates\": {\"source\": \"cert-manager\"}}");
    assertThat(own)
        .contains(
            "kind: Issuer",
            "isCA: true",
            "dnsNames: [nats-operator.nats-io.svc]",
            "issuerRef: {\"name\":\"nats-operator-webhooks-tls\"}");
    assertThat(own)
        .containsPattern("OPERATOR_WEBHOOKS_GENERATE_CERTIFICATES\n +value: \"false\"")
        .containsPattern("OPERATOR_WEBHOOKS_SECRET\n +value: nats-operator-webhooks-tls\n");
    String given =
        Helm.template(
            "webhooks={\"certificates\": {\"source\": \"cert-manager\", \"issuerRef\": {\"name\":"
                + " \"a\", \"kind\": \"ClusterIssuer\"}}}");
    assertThat(given)
        .contains("issuerRef: {\"kind\":\"ClusterIssuer\",\"name\":\"a\"}")
        .doesNotContain("kind: Issuer", "isCA");
  }

  @Test
  void singleReplicaNeverBlocksDrain() {
    assertThat(kinds("replicas=1")).doesNotContain("PodDisruptionBudget");
    assertThat(kinds("replicas=2")).contains("PodDisruptionBudget");
    assertThat(kinds("podDisruptionBudget={\"enabled\": false}"))
        .doesNotContain("PodDisruptionBudget");
  }

  @Test
  void restrictsConnectionsToOperatorOnlyIfConfigured() {
    String enabled =
        "operatorNetworkPolicy={\"enabled\": true, \"apiServerCidrs\": [\"10.0.0.0/28\"]%s}";
    String monitoring =
        ", \"monitoringFrom\": [{\"podSelector\": {\"matchLabels\": {\"a\": \"b\"}}}]";

    assertThat(kinds("replicas=2")).doesNotContain("NetworkPolicy");
    assertThat(rules(enabled.formatted(""))).containsExactly("webhooks from 10.0.0.0/28");
    assertThat(rules(enabled.formatted(monitoring)))
        .containsExactly("webhooks from 10.0.0.0/28", "http from {a=b}");
    assertThat(rules(enabled.formatted(monitoring), "webhooks={\"enabled\": false}"))
        .containsExactly("http from {a=b}");
    assertThat(rules("operatorNetworkPolicy={\"enabled\": true}", "webhooks={\"enabled\": false}"))
        .isEmpty();
  }

  /** The port and the peer of each rule for incoming connections to the operator's pods. */
  private static List<String> rules(String... values) {
    NetworkPolicySpec policy = object(NetworkPolicy.class, values).getSpec();
    assertThat(policy.getPolicyTypes()).containsExactly("Ingress");
    assertThat(podLabels()).containsAllEntriesOf(policy.getPodSelector().getMatchLabels());
    assertThat(policy.getPodSelector().getMatchLabels()).isNotEmpty();
    return policy.getIngress().stream().map(ChartIT::rule).toList();
  }

  private static String rule(NetworkPolicyIngressRule rule) {
    assertThat(rule.getPorts()).hasSize(1);
    NetworkPolicyPeer peer = rule.getFrom().getFirst();
    return "%s from %s"
        .formatted(
            rule.getPorts().getFirst().getPort().getStrVal(),
            peer.getIpBlock() == null
                ? peer.getPodSelector().getMatchLabels()
                : peer.getIpBlock().getCidr());
  }

  @Test
  void admissionPoliciesCanBeDisabled() {
    assertThat(kinds("replicas=2")).filteredOn("ValidatingAdmissionPolicy"::equals).hasSize(12);
    assertThat(kinds("replicas=2"))
        .filteredOn("ValidatingAdmissionPolicyBinding"::equals)
        .hasSize(12);
    assertThat(kinds(ALL_OFF))
        .isNotEmpty()
        .noneMatch(kind -> kind.startsWith("ValidatingAdmission"));
  }

  @Test
  void apiServerFindsNoTypeErrorsInPolicies() throws Exception {
    var policies = ChartServer.client().admissionRegistration().v1().validatingAdmissionPolicies();
    try (var checker = ChartServer.controllers("validatingadmissionpolicy-status-controller")) {
      await()
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(policies.list().getItems())
                      .hasSizeGreaterThanOrEqualTo(12)
                      .allSatisfy(
                          policy -> assertThat(policy.getStatus().getTypeChecking()).isNotNull()));
    }
    assertThat(policies.list().getItems())
        .flatExtracting(policy -> policy.getStatus().getTypeChecking().getExpressionWarnings())
        .isEmpty();
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

  @Test
  void upgradeChangesPermissionsAndUninstallDeletesAllObjects() {
    Release release = new Release("changing", "operator-that-changes");
    String watched = ChartServer.namespace("watched");
    String withoutCrds = "crds={\"install\": false}";
    release.upgrade("replicas=0", withoutCrds);
    assertThat(clusterRole(release).getRules()).hasSizeGreaterThan(5);
    assertThat(objectsOf(release))
        .filteredOn(HasMetadata::getKind, "ValidatingAdmissionPolicy")
        .isNotEmpty();
    release.upgrade(
        "replicas=0", withoutCrds, ALL_OFF, "watchNamespaces=[\"%s\"]".formatted(watched));
    assertThat(clusterRole(release).getRules()).hasSize(4);
    assertThat(objectsOf(release))
        .filteredOn(HasMetadata::getKind, "ValidatingAdmissionPolicy")
        .isEmpty();
    assertThat(objectsOf(release))
        .anyMatch(trace -> watched.equals(trace.getMetadata().getNamespace()));
    release.upgrade("replicas=0", withoutCrds);
    assertThat(clusterRole(release).getRules()).hasSizeGreaterThan(5);
    assertThat(objectsOf(release))
        .noneMatch(trace -> watched.equals(trace.getMetadata().getNamespace()));
    release.uninstall();
    assertThat(objectsOf(release)).isEmpty();
  }

  private static ClusterRole clusterRole(Release release) {
    return ChartServer.client().rbac().clusterRoles().withName(release.serviceAccount()).get();
  }

  /** All objects with the label of a release. */
  private static List<HasMetadata> objectsOf(Release release) {
    KubernetesClient client = ChartServer.client();
    return Stream.<Listable<? extends KubernetesResourceList<? extends HasMetadata>>>of(
            client.rbac().clusterRoles(),
            client.rbac().clusterRoleBindings(),
            client.rbac().roles().inAnyNamespace(),
            client.rbac().roleBindings().inAnyNamespace(),
            client.serviceAccounts().inAnyNamespace(),
            client.services().inAnyNamespace(),
            client.apps().deployments().inAnyNamespace(),
            client.policy().v1().podDisruptionBudget().inAnyNamespace(),
            client.network().v1().networkPolicies().inAnyNamespace(),
            client.secrets().inAnyNamespace(),
            client.admissionRegistration().v1().mutatingWebhookConfigurations(),
            client.admissionRegistration().v1().validatingWebhookConfigurations(),
            client.admissionRegistration().v1().validatingAdmissionPolicies(),
            client.admissionRegistration().v1().validatingAdmissionPolicyBindings())
        .<HasMetadata>flatMap(kind -> kind.list().getItems().stream())
        .filter(object -> object.getMetadata().getLabels() != null)
        .filter(
            object ->
                release
                    .name()
                    .equals(object.getMetadata().getLabels().get("app.kubernetes.io/instance")))
        .toList();
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
