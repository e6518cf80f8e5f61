package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.chart.RenderedChart.kinds;
import static org.natsoperator.chart.RenderedChart.object;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.Helm;

/** Chart values for policies, network rules and permissions, against a real API server. */
@ExtendWith(ChartServer.class)
class ChartRulesIT {

  private static final String ALL_OFF =
      "guardRails={\"serverPods\": {\"enabled\": false}, \"operatorAccount\": {\"enabled\":"
          + " false}, \"labels\": {\"enabled\": false}, \"deletions\": {\"enabled\": false}}";

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
    return policy.getIngress().stream().map(ChartRulesIT::rule).toList();
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

  private static Deployment deployment(String values) {
    return object(Deployment.class, values);
  }
}
