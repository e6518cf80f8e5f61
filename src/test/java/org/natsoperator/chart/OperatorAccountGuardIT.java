package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.chart.Users.rejection;
import static org.natsoperator.testing.ChartServer.EVERYWHERE;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.ChartServer;

/** With the operator's own token, an attacker cannot request a token for the API server. */
@ExtendWith(ChartServer.class)
class OperatorAccountGuardIT {

  private static final String AUDIENCES = "use audiences that start with nats://";
  private static final String BOUND = "only tokens that are bound to a Secret";

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
    secret =
        admin
            .resource(
                new SecretBuilder()
                    .withNewMetadata()
                    .withName("bound")
                    .withNamespace(namespace)
                    .endMetadata()
                    .build())
            .create();
    Users.awaitRejection(() -> request(operator, "{}"));
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
        "{audiences: ['nats://a.b.svc'], boundObjectRef: {kind: Secret, apiVersion: v2, name:"
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

  private static TokenRequest request(KubernetesClient client, String spec) {
    String yaml = "apiVersion: authentication.k8s.io/v1\nkind: TokenRequest\nspec: " + spec;
    return client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName("victim")
        .tokenRequest(Serialization.unmarshal(yaml, TokenRequest.class));
  }
}
