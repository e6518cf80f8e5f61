package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.role.IssuedToken.SECRET;
import static org.natsoperator.testing.Manifests.CLUSTER;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Jwt;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** The token of a ServiceAccount: its claims, its Secret and its lifetime. */
@OperatorTest
class TokensIT {

  private static final String SPEC = "size: 1\nauth: {enableServiceAccounts: true}\n";

  private Sandbox sandbox;
  private String token;

  @BeforeEach
  void role(Sandbox fresh) {
    sandbox = fresh;
    token = IssuedToken.of(sandbox);
  }

  @Test
  void tokenSecretHasNameLabelsAndKeyOfGoOperator() {
    Secret secret = sandbox.secret(SECRET);
    assertThat(secret.getMetadata().getLabels())
        .containsEntry("app", "nats")
        .containsEntry("nats_cluster", CLUSTER);
    assertThat(secret.getData()).containsOnlyKeys("token");
    assertThat(secret.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(
            owner ->
                assertThat(owner.getUid())
                    .isEqualTo(sandbox.role("nats-user").getMetadata().getUid()));
  }

  /**
   * The pod may start while the Secret is still empty. Then it would see the token only after a
   * minute.
   */
  @Test
  void annotatesPodThatWaitsForToken() {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("early")
            .withNamespace(sandbox.namespace())
            .addToLabels("nats_cluster", CLUSTER)
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("client")
            .withImage("client")
            .endContainer()
            .addNewVolume()
            .withName("token")
            .withNewSecret()
            .withSecretName("late-" + CLUSTER + "-bound-token")
            .endSecret()
            .endVolume()
            .endSpec()
            .build();
    sandbox.client().resource(pod).create();
    sandbox.apply(Manifests.serviceAccount("late"), Manifests.role("late", "foo"));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.client().resource(pod).get().getMetadata().getAnnotations())
                    .containsKey("nats.io/token-issued"));
  }

  @Test
  void tokenIsOnlyForAudienceOfCluster() {
    JsonNode claims = Jwt.claims(token);
    String audience = "nats://%s.%s.svc".formatted(CLUSTER, sandbox.namespace());
    assertThat(claims.get("aud").toString()).isEqualTo("[\"" + audience + "\"]");
    assertThat(claims.get("sub").asText())
        .isEqualTo("system:serviceaccount:" + sandbox.namespace() + ":nats-user");
    assertThat(claims.at("/kubernetes.io/secret/uid").asText())
        .isEqualTo(sandbox.secret(SECRET).getMetadata().getUid());
    assertThat(review(audience).getAuthenticated()).isTrue();
    assertThat(review().getAuthenticated())
        .as("token is valid for the audience of the API server")
        .isNotEqualTo(true);
  }

  @Test
  void secondRoleWithSameSecretNameReportsConflict() {
    sandbox.apply(
        Manifests.cluster("c", SPEC),
        Manifests.cluster("b-c", SPEC),
        Manifests.serviceAccount("a-b"),
        Manifests.serviceAccount("a"));
    sandbox.apply(Manifests.role("a-b", "c", List.of("foo"), List.of("foo")));
    await().untilAsserted(() -> assertThat(sandbox.users("c")).contains("a-b"));
    sandbox.apply(Manifests.role("a", "b-c", List.of("foo"), List.of("foo")));
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("a", "Ready").getReason())
                    .isEqualTo("SecretNameTaken"));
    assertThat(sandbox.roleCondition("a", "Ready").getMessage())
        .contains("a-b-c-bound-token", "name the role after another ServiceAccount");
    assertThat(sandbox.users("b-c")).doesNotContain("a");
    assertThat(sandbox.user("c", "a-b").get("password").asText())
        .isEqualTo(sandbox.token("a-b", "c").orElseThrow());
  }

  @Test
  void reissuesTokenOfDeletedSecret() {
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(sandbox.role("nats-user").getStatus().tokenSecret()).isEqualTo(SECRET));
    sandbox.delete(sandbox.secret(SECRET));
    IssuedToken.awaitAnother(sandbox, token);
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.role("nats-user")))
                    .extracting("note")
                    .anyMatch(note -> note.toString().contains("was deleted")));
  }

  private TokenReviewStatus review(String... audiences) {
    var review =
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(token)
            .withAudiences(List.of(audiences))
            .endSpec()
            .build();
    return sandbox.client().resource(review).create().getStatus();
  }
}
