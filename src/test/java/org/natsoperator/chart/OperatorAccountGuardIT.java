package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.chart.Users.rejection;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;

/** With the operator's own token, an attacker cannot get a token for the API server. */
@ExtendWith(ChartServer.class)
class OperatorAccountGuardIT {

  private static final String AUDIENCES = "use audiences that start with nats://";
  private static final String BOUND = "only tokens that are bound to a Secret";
  private static final String TOKEN_SECRET = "kubernetes.io/service-account-token";
  private static final PatchContext MERGE =
      new PatchContext.Builder().withPatchType(PatchType.JSON_MERGE).build();

  private static String namespace;
  private static KubernetesClient operator;
  private static Secret secret;

  @BeforeAll
  static void awaitPolicies() {
    namespace = ChartServer.namespace("tokens");
    operator = ChartServer.as(EVERYWHERE.user());
    var admin = ChartServer.client();
    admin
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("victim")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
    secret = admin.resource(secret("bound", "Opaque")).create();
    await()
        .ignoreException(AssertionError.class)
        .untilAsserted(
            () -> assertThat(rejection(() -> request(operator, "{}"))).contains(AUDIENCES));
    await()
        .ignoreException(AssertionError.class)
        .until(
            () ->
                rejection(() -> operator.resource(secret("a", TOKEN_SECRET)).dryRun().create())
                    != null);
    await()
        .ignoreException(AssertionError.class)
        .until(
            () -> rejection(() -> operator.resource(statefulSet("{}")).dryRun().create()) != null);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{audiences: []}",
        "{audiences: ['https://kubernetes.default.svc'], boundObjectRef: {kind: Secret, apiVersion:"
            + " v1, name: bound}}",
        "{boundObjectRef: {kind: Secret, apiVersion: v1, name: bound}}",
        "{audiences: ['nats://a.b.svc', 'https://kubernetes.default.svc'], boundObjectRef: {kind:"
            + " Secret, apiVersion: v1, name: bound}}",
        "{audiences: ['https://kubernetes.default.svc', 'nats://a.b.svc'], boundObjectRef: {kind:"
            + " Secret, apiVersion: v1, name: bound}}",
        "{audiences: [''], boundObjectRef: {kind: Secret, apiVersion: v1, name: bound}}",
        "{audiences: ['NATS://a.b.svc'], boundObjectRef: {kind: Secret, apiVersion: v1, name:"
            + " bound}}"
      })
  void operatorCannotRequestTokenForOtherAudiences(String spec) {
    assertThat(rejection(() -> request(operator, spec))).contains(AUDIENCES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{audiences: ['nats://a.b.svc']}",
        "{audiences: ['nats://a.b.svc'], boundObjectRef: {kind: Pod, apiVersion: v1, name: bound}}",
        "{audiences: ['nats://a.b.svc'], boundObjectRef: {kind: Node, apiVersion: v1, name:"
            + " bound}}",
        "{audiences: ['nats://a.b.svc'], boundObjectRef: {name: bound}}"
      })
  void operatorCannotRequestTokenThatIsNotBoundToSecret(String spec) {
    assertThat(rejection(() -> request(operator, spec))).contains(BOUND);
  }

  @Test
  void operatorCanRequestNatsTokenBoundToSecret() {
    String spec =
        "{audiences: ['nats://a.b.svc'], boundObjectRef: {kind: Secret, apiVersion: v1, name:"
            + " bound, uid: %s}}";

    assertThat(
            request(operator, spec.formatted(secret.getMetadata().getUid())).getStatus().getToken())
        .isNotEmpty();
  }

  @Test
  void otherUsersCanRequestAnyToken() {
    assertThat(request(ChartServer.client(), "{}").getStatus().getToken()).isNotEmpty();
  }

  @Test
  void operatorCannotCreateServiceAccountTokenSecret() {
    assertThat(rejection(() -> operator.resource(secret("filled", TOKEN_SECRET)).create()))
        .contains(TOKEN_SECRET);
    Secret theirs = ChartServer.client().resource(secret("theirs", TOKEN_SECRET)).create();
    String another =
        "{\"metadata\": {\"annotations\": {\"kubernetes.io/service-account.name\": \"another\"}}}";
    assertThat(rejection(() -> operator.resource(theirs).patch(MERGE, another)))
        .contains(TOKEN_SECRET);
  }

  @Test
  void operatorCanCreateAndPatchOtherSecrets() {
    Secret plain = operator.resource(secret("plain", "Opaque")).create();

    assertThat(operator.resource(plain).patch(MERGE, "{\"data\": {\"a\": \"Yg==\"}}").getData())
        .containsEntry("a", "Yg==");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{automountServiceAccountToken: true}",
        "{automountServiceAccountToken: false, volumes: [{name: a, projected: {sources:"
            + " [{serviceAccountToken: {path: token}}]}}]}"
      })
  void operatorCannotCreatePodsWithToken(String spec) {
    assertThat(rejection(() -> operator.resource(statefulSet(spec)).create()))
        .contains("set automountServiceAccountToken to false");
  }

  @Test
  void operatorCanCreateOnlyPodsWithoutToken() {
    String spec =
        "{automountServiceAccountToken: false, volumes: [{name: a, secret: {secretName: a}}, {name:"
            + " b, emptyDir: {}}]}";

    StatefulSet without = operator.resource(statefulSet(spec)).create();
    String with =
        "{\"spec\": {\"template\": {\"spec\": {\"automountServiceAccountToken\": true}}}}";
    assertThat(rejection(() -> operator.resource(without).patch(MERGE, with)))
        .contains("set automountServiceAccountToken to false");
  }

  @Test
  void operatorCanChangeOnlyAnnotationsOfPods() {
    Pod pod = ChartServer.client().resource(pod()).create();

    Pod marked =
        operator.resource(pod).patch(MERGE, "{\"metadata\": {\"annotations\": {\"mark\": \"1\"}}}");
    assertThat(marked.getMetadata().getAnnotations()).containsEntry("mark", "1");
    String evil = "{\"spec\": {\"containers\": [{\"name\": \"a\", \"image\": \"evil\"}]}}";
    assertThat(
            rejection(
                () ->
                    operator.resource(pod).patch(PatchContext.of(PatchType.STRATEGIC_MERGE), evil)))
        .contains("may change the metadata of a pod");
  }

  private static TokenRequest request(KubernetesClient client, String spec) {
    String yaml = "apiVersion: authentication.k8s.io/v1\nkind: TokenRequest\nspec: " + spec;
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName("victim")
        .tokenRequest(Serialization.unmarshal(yaml, TokenRequest.class));
  }

  private static Secret secret(String name, String type) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .addToAnnotations("kubernetes.io/service-account.name", "victim")
        .endMetadata()
        .withType(type)
        .build();
  }

  private static Pod pod() {
    return new PodBuilder()
        .withNewMetadata()
        .withGenerateName("pod-")
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .addNewContainer()
        .withName("a")
        .withImage("a")
        .endContainer()
        .endSpec()
        .build();
  }

  private static StatefulSet statefulSet(String podSpec) {
    String yaml =
        """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: a, namespace: %s}
        spec:
          serviceName: a
          selector: {matchLabels: {a: a}}
          template:
            metadata: {labels: {a: a}}
            spec: %s
        """;
    StatefulSet statefulSet =
        Serialization.unmarshal(yaml.formatted(namespace, podSpec), StatefulSet.class);
    statefulSet.getSpec().getTemplate().getSpec().setContainers(pod().getSpec().getContainers());
    return statefulSet;
  }
}
