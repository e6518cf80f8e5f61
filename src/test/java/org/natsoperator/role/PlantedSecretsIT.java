package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * A Secret with the name of a token Secret exists before the role. The operator accepts only a
 * verified token as password.
 */
@OperatorTest
class PlantedSecretsIT {

  private static final String SECRET = "nats-user-" + CLUSTER + "-bound-token";
  private static final Map<String, String> OPERATOR_LABELS =
      Map.of("app", "nats", "nats_cluster", CLUSTER);

  private Sandbox sandbox;

  @BeforeEach
  void cluster(Sandbox fresh) {
    sandbox = fresh;
    sandbox.apply(Manifests.cluster(), Manifests.serviceAccount("nats-user"));
    // Otherwise the first Event of the role may be that its cluster does not exist.
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).containsExactly(SENTINEL));
  }

  @ParameterizedTest
  @ValueSource(strings = {"an-attackers-guess", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", ""})
  void replacesForgedTokenInSecretWithOperatorLabels(String forged) {
    plant(forged, OPERATOR_LABELS);
    assertBindsWithOtherToken(forged);
  }

  @Test
  void replacesTokenForAnotherAudience() {
    plant("first", OPERATOR_LABELS);
    String others = request("https://kubernetes.default.svc", sandbox.secret(SECRET));
    sandbox
        .client()
        .resource(sandbox.secret(SECRET))
        .edit(secret -> new SecretBuilder(secret).addToStringData("token", others).build());
    assertBindsWithOtherToken(others);
  }

  @Test
  void replacesValidTokenThatIsNotBoundToSecret() {
    String unbound = request("nats://%s.%s.svc".formatted(CLUSTER, sandbox.namespace()), null);
    plant(unbound, OPERATOR_LABELS);
    assertBindsWithOtherToken(unbound);
  }

  @Test
  void keepsVerifiedTokenOfGoOperator() {
    plant("first", OPERATOR_LABELS);
    String proven =
        request("nats://%s.%s.svc".formatted(CLUSTER, sandbox.namespace()), sandbox.secret(SECRET));
    sandbox
        .client()
        .resource(sandbox.secret(SECRET))
        .edit(secret -> new SecretBuilder(secret).addToStringData("token", proven).build());
    sandbox.apply(Manifests.role("nats-user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user"));
    assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText()).isEqualTo(proven);
    assertThat(sandbox.token("nats-user", CLUSTER)).contains(proven);
  }

  @Test
  void replacesSecretOfOtherType() {
    sandbox
        .client()
        .resource(secret("made-up", OPERATOR_LABELS).withType("example.com/other").build())
        .create();
    assertBindsWithOtherToken("made-up");
  }

  @Test
  void replacesImmutableSecret() {
    sandbox
        .client()
        .resource(secret("made-up", OPERATOR_LABELS).withImmutable(true).build())
        .create();
    assertBindsWithOtherToken("made-up");
  }

  @Test
  void reportsSecretThatCannotBeReplaced() {
    sandbox
        .client()
        .resource(
            secret("made-up", OPERATOR_LABELS)
                .withImmutable(true)
                .editMetadata()
                .addToFinalizers("example.com/held")
                .endMetadata()
                .build())
        .create();
    sandbox.apply(Manifests.role("nats-user", "foo"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("nats-user", "Ready").getReason())
                    .isEqualTo("TokenMissing"));
    assertThat(sandbox.roleCondition("nats-user", "Ready").getMessage())
        .contains(SECRET, "metadata.finalizers [example.com/held]", "remove them");
    assertThat(sandbox.users(CLUSTER)).doesNotContain("nats-user");
    sandbox
        .client()
        .resource(sandbox.secret(SECRET))
        .edit(
            held -> new SecretBuilder(held).editMetadata().withFinalizers().endMetadata().build());
    assertBindsWithOtherToken("made-up");
  }

  @Test
  void replacesTokenThatIsNotText() {
    sandbox
        .client()
        .resource(
            secret("x", OPERATOR_LABELS)
                .withStringData(null)
                .addToData("token", "//79/A==")
                .build())
        .create();
    assertBindsWithOtherToken("\uFFFD");
  }

  @Test
  void keepsAndReportsSecretWithoutOperatorLabels() {
    plant("foreign", Map.of());
    String version = sandbox.secret(SECRET).getMetadata().getResourceVersion();
    sandbox.apply(Manifests.role("nats-user", "foo"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("nats-user", "Ready").getReason())
                    .isEqualTo("SecretNameTaken"));
    assertThat(sandbox.roleCondition("nats-user", "Ready").getMessage())
        .contains(SECRET, "delete it, or name the role");
    // The Event follows the status.
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.role("nats-user")))
                    .singleElement()
                    .satisfies(
                        event -> assertThat(event.getReason()).isEqualTo("SecretNameTaken")));
    await()
        .during(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).doesNotContain("nats-user"));
    assertThat(sandbox.secret(SECRET).getMetadata().getResourceVersion()).isEqualTo(version);
  }

  private void assertBindsWithOtherToken(String planted) {
    sandbox.apply(Manifests.role("nats-user", "foo"));
    await()
        .until(
            () -> {
              // Checked continuously: the planted token must never be in the file.
              sandbox.configs(CLUSTER).values().forEach(file -> assertNotIn(planted, file));
              return sandbox.users(CLUSTER).contains("nats-user");
            });
    String password = sandbox.user(CLUSTER, "nats-user").get("password").asText();
    assertThat(password).startsWith("eyJ").isNotEqualTo(planted);
    assertThat(sandbox.token("nats-user", CLUSTER)).contains(password);
    sandbox.configs(CLUSTER).values().forEach(file -> assertNotIn(planted, file));
  }

  private static void assertNotIn(String planted, ServerConfigFile file) {
    assertThat(file.text()).doesNotContain("\"" + planted + "\"");
  }

  private void plant(String token, Map<String, String> labels) {
    sandbox.client().resource(secret(token, labels).build()).create();
  }

  private SecretBuilder secret(String token, Map<String, String> labels) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(SECRET)
        .withNamespace(sandbox.namespace())
        .withLabels(labels)
        .endMetadata()
        .addToStringData("token", token);
  }

  private String request(String audience, Secret boundTo) {
    var request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(audience)
            .withExpirationSeconds(3600L)
            .endSpec()
            .build();
    if (boundTo != null) {
      request =
          new TokenRequestBuilder(request)
              .editSpec()
              .withNewBoundObjectRef(
                  "v1", "Secret", boundTo.getMetadata().getName(), boundTo.getMetadata().getUid())
              .endSpec()
              .build();
    }
    return sandbox
        .client()
        .serviceAccounts()
        .inNamespace(sandbox.namespace())
        .withName("nats-user")
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }
}
