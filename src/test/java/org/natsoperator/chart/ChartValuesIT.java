package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.RenderedChart.kinds;
import static org.natsoperator.chart.RenderedChart.object;
import static org.natsoperator.chart.RenderedChart.objects;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;
import org.natsoperator.testing.ChartServer.Release;
import org.natsoperator.testing.Helm;

/**
 * Values for images, pods, permissions and names of the chart: good and odd ones, which the API
 * server accepts, and invalid ones, which helm rejects with a sentence.
 */
@ExtendWith(ChartServer.class)
class ChartValuesIT {

  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "global={\"imageRegistry\": \"registry.example.com\", \"imagePullSecrets\": [{\"name\":"
            + " \"a\"}]}",
        "servers={\"imagePullSecrets\": [\"registry\", \"a.example.com\"]}",
        "image={\"repository\": \"localhost:5000/a/b\", \"tag\": \"1\"}",
        "podSecurityContext={\"runAsUser\": null, \"runAsGroup\": null, \"fsGroup\": null}",
        "securityContext={\"readOnlyRootFilesystem\": null}",
        "hostNetwork=true",
        "dnsPolicy=\"Default\"",
        "webhooks={\"port\": 10250}",
        "webhooks={\"failurePolicies\": {\"natsclusters\": \"Ignore\"}}",
        "webhooks={\"enabled\": false, \"port\": 8080}",
        "httpPort=65535",
        "extraVolumes=[{\"name\": \"ca\", \"configMap\": {\"name\": \"ca\"}}]",
        "extraObjects=[{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\":"
            + " \"{{ .Release.Name }}-a\"}}, \"apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name:"
            + " b}\"]",
        "extraObjects=[]",
        "commonLabels={\"team\": \"1\", \"example.com/a\": \"\"}",
        "commonLabels=null",
        "commonAnnotations={\"a\": \"it's \\\"quoted\\\": {{ }}\\n\"}",
        "serviceAccount={\"create\": false, \"name\": \"default\"}",
        "rbac={\"aggregateToAdmin\": true}",
        "rbac={\"create\": false, \"aggregateToView\": false}",
        "grafanaDashboard={\"enabled\": true, \"labels\": {\"grafana_dashboard\": null}}",
        "namespaceOverride=\"NAMESPACE\"",
        "fullnameOverride=\"a123456789-123456789-123456789-123456789-123456789-123456789-12\"",
        "nameOverride=\"An_other.name\"",
        "logFormat=\"json\"",
        "resources={\"limits\": {\"memory\": \"1.5Gi\", \"cpu\": 2, \"ephemeral-storage\":"
            + " \"1e3\"}}",
        "tolerations=[{\"key\": \"a\", \"operator\": \"Equal\", \"value\": \"b\", \"effect\":"
            + " \"NoExecute\", \"tolerationSeconds\": 5}]"
      })
  void apiServerAcceptsAllObjects(String values) {
    RenderedChart.assertAccepted(values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          image={"repository": ""}                       | image.repository: is empty, and the project publishes no image
          image={"repository": "a:1"}                    | /image/repository
          image={"repository": "a@sha256:1"}             | /image/repository
          image={"repository": "a", "tag": "sha256:1"}   | /image/tag
          image={"repository": "a", "digest": "sha256:1"} | /image/digest
          image={"repo": "a"}                            | 'repo' not allowed
          servers={"imagePullSecrets": ["My_Secret"]}    | /servers/imagePullSecrets/0
          servers={"imagePullSecrets": [{"name": "a"}]}  | /servers/imagePullSecrets/0
          servers={"imagePullSecrets": ["a", "a"]}       | /servers/imagePullSecrets
          servers={"imagePullSecrets": ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q"]} | maxItems: got 17, want 16
          extraEnv=[{"name": "OPERATOR_IMAGE_PULL_SECRETS"}] | the chart sets the variable OPERATOR_IMAGE_PULL_SECRETS
          podLabels={"app": "nats"}                      | podLabels: "app" is reserved for NATS clusters; use another label
          commonLabels={"nats_cluster": "a"}             | commonLabels: "nats_cluster" is reserved
          commonLabels={"app.kubernetes.io/name": "a"}   | commonLabels: "app.kubernetes.io/name" is set by the chart
          commonLabels={"a": 1}                          | /commonLabels/a
          extraEnv=[{"name": "SERVER_PORT"}]             | extraEnv: the chart sets the variable SERVER_PORT
          serviceAccount={"create": false}               | serviceAccount.name: is empty
          webhooks={"port": 8080}                        | webhooks.port: 8080 is also httpPort
          webhooks={"port": 443}                         | /webhooks/port
          webhooks={"failurePolicies": {"pods": "No"}}   | /webhooks/failurePolicies/pods
          webhooks={"failurePolicies": {"roles": "Fail"}} | 'roles' not allowed
          httpPort="8080"                                | /httpPort
          hostNetwork="yes"                              | /hostNetwork
          dnsPolicy="Cluster"                            | /dnsPolicy
          extraVolumes=[{"name": "tmp", "emptyDir": {}}] | extraVolumes: the chart has a volume with the name tmp
          extraVolumeMounts=[{"name": "a"}]              | /extraVolumeMounts/0
          extraObjects=[1]                               | /extraObjects/0
          rbac={"aggregateToEdit": true}                 | aggregateToEdit
          logFormat="xml"                                | /logFormat
          namespaceOverride="Not a namespace"            | /namespaceOverride
          fullnameOverride="foo_bar"                     | /fullnameOverride
          resources={"limits": {"memory": "lots"}}       | /resources/limits/memory
          tolerations=[{"keyy": "a"}]                    | keyy
          serviceMonitor={"interval": "often"}           | /serviceMonitor/interval
          podMonitor={"enabled": true, "label": {}}      | 'label' not allowed
          """)
  void rejectsInvalidValueWithItsName(String values, String text) {
    Helm.Result answer = Helm.tryTemplate(values);

    assertThat(answer.exitCode()).as(answer.text()).isNotZero();
    assertThat(answer.text()).contains(text);
  }

  @Test
  void everyObjectHasCommonLabelsAndAnnotations() {
    String[] values = {
      "commonLabels={\"team\": \"a\"}",
      "commonAnnotations={\"owner\": \"b\"}",
      "serviceAccount={\"annotations\": {\"c\": \"d\"}}",
      "rbac={\"aggregateToAdmin\": true}",
      "operatorNetworkPolicy={\"enabled\": true, \"apiServerCidrs\": [\"10.0.0.0/8\"]}",
      "serviceMonitor={\"enabled\": true}",
      "prometheusRule={\"enabled\": true}",
      "grafanaDashboard={\"enabled\": true}"
    };

    assertThat(objects(values))
        .hasSizeGreaterThan(35)
        .allSatisfy(
            object -> {
              var metadata = (Map<?, ?>) object.get("metadata");
              assertThat(((Map<?, ?>) metadata.get("labels")).get("team")).isEqualTo("a");
              assertThat(((Map<?, ?>) metadata.get("annotations")).get("owner")).isEqualTo("b");
            });
    Deployment deployment = object(Deployment.class, values);
    assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
        .containsEntry("team", "a");
    assertThat(deployment.getSpec().getSelector().getMatchLabels()).doesNotContainKey("team");
    assertThat(object(ServiceAccount.class, values).getMetadata().getAnnotations())
        .containsEntry("c", "d");
    assertThat(Helm.template(values)).contains("helm.sh/resource-policy: keep");
  }

  @Test
  void namespaceOverrideAppliesToEveryObjectAndReference() {
    String manifests =
        Helm.template("namespaceOverride=\"elsewhere\"", "crds={\"install\": false}");

    assertThat(manifests)
        .doesNotContain("nats-io")
        .contains("system:serviceaccount:elsewhere:nats-operator", "nats-operator.elsewhere.svc");
  }

  @Test
  void createsNoAccountAndNoPermissionsIfDisabled() {
    String[] values = {
      "serviceAccount={\"create\": false, \"name\": \"mine\"}",
      "rbac={\"create\": false, \"aggregateToView\": false}"
    };

    assertThat(kinds(values))
        .doesNotContain(
            "ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");
    assertThat(pod(values).getServiceAccountName()).isEqualTo("mine");
    assertThat(Helm.template(values)).contains("system:serviceaccount:nats-io:mine");
  }

  @Test
  void webhooksHaveTheirOwnFailurePolicies() {
    String values = "webhooks={\"failurePolicies\": {\"pods\": \"Ignore\"}}";

    assertThat(object(MutatingWebhookConfiguration.class, values).getWebhooks())
        .extracting("failurePolicy")
        .containsExactly("Ignore", "Ignore");
    assertThat(object(ValidatingWebhookConfiguration.class, values).getWebhooks())
        .extracting("failurePolicy")
        .containsExactly("Fail", "Fail", "Ignore");
  }

  /** Nothing needs a CRD of another project by default. */
  @Test
  void defaultsNeedOnlyKindsOfKubernetes() {
    assertThat(objects())
        .extracting(object -> object.get("apiVersion").toString())
        .allMatch(version -> !version.contains(".") || version.contains(".k8s.io/"));
  }

  /** The notes of an installation contain a complete example. */
  @Test
  void apiServerAcceptsExampleOfNotes() {
    Release release = new Release("noted", "operator-with-notes");
    String namespace = ChartServer.namespace("noted");
    Helm.Result answer =
        release.tryUpgrade(
            "replicas=0",
            "crds={\"install\": false}",
            "watchNamespaces=[\"%s\"]".formatted(namespace),
            "webhooks={\"enabled\": false}");
    release.uninstall();

    assertThat(answer.text()).contains("runs in namespace operator-with-notes");
    String example = answer.text().split("<<'END'\n")[1].split("(?m)^END$")[0];
    assertThat(ChartServer.dryRun(namespace, example).lines())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).contains("(server dry run)"));
  }

  @Test
  void apiServerAcceptsExamplesForArtifactHub() throws IOException {
    var chart =
        Serialization.yamlMapper().readTree(Path.of("charts/nats-operator/Chart.yaml").toFile());
    String namespace = ChartServer.namespace("hub");
    var examples =
        Serialization.yamlMapper()
            .readTree(chart.at("/annotations/artifacthub.io~1crdsExamples").asText());

    assertThat(examples).hasSize(2);
    examples.forEach(
        example ->
            assertThat(ChartServer.dryRun(namespace, example.toString()))
                .contains("(server dry run)"));
    assertThat(
            Serialization.yamlMapper()
                .readTree(chart.at("/annotations/artifacthub.io~1crds").asText()))
        .extracting(crd -> crd.path("name").asText())
        .containsExactly("natsclusters.nats.io", "natsserviceroles.nats.io");
  }

  private static String digest(String more) {
    return "image={\"repository\": \"a\", \"digest\": \"%s\"%s}".formatted(DIGEST, more);
  }

  private static String image(String... values) {
    return pod(values).getContainers().getFirst().getImage();
  }

  private static PodSpec pod(String... values) {
    return object(Deployment.class, values).getSpec().getTemplate().getSpec();
  }
}
