package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Jwt;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** The token of a ServiceAccount: its claims, its Secret and its lifetime. */
@OperatorTest
class TokensIT {

  private static final String SENTINEL = "_nobody";
  private static final String SPEC = "size: 1\nauth: {enableServiceAccounts: true}\n";
  private static final String SECRET = "nats-user-" + CLUSTER + "-bound-token";

  /** Annotations whose change does not invalidate the token. */
  private static final List<String> RECORDED =
      List.of("nats.io/token-proof", "nats.io/service-account-uid");

  /** Annotations that the first version of the operator did not set. */
  private static final Set<String> ADDED =
      Set.of("nats.io/role-uid", "nats.io/service-account-uid", "nats.io/token-proof");

  private Sandbox sandbox;
  private String token;

  @BeforeEach
  void role(Sandbox fresh) {
    sandbox = fresh;
    sandbox.apply(
        Manifests.cluster(),
        Manifests.serviceAccount("nats-user"),
        Manifests.role("nats-user", "foo"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).contains("nats-user"));
    token = sandbox.token("nats-user", CLUSTER).orElseThrow();
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
  void tokenIsDeletedWithServiceAccountAndReissuedForNewOne() {
    sandbox.delete(sandbox.serviceAccount("nats-user"));
    await().untilAsserted(() -> assertThat(sandbox.users(CLUSTER)).containsExactly(SENTINEL));
    await().untilAsserted(() -> assertThat(sandbox.secret(SECRET)).isNull());
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("nats-user", "Ready").getReason())
                    .isEqualTo("ServiceAccountNotFound"));
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.users(CLUSTER)).containsExactly("nats-user", SENTINEL));
    assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotEqualTo(token);
    assertFileHasTokenOfCurrentServiceAccount();
  }

  @Test
  void immediatelyRecreatedServiceAccountGetsNewToken() {
    sandbox.delete(sandbox.serviceAccount("nats-user"));
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotEqualTo(token));
    await().ignoreExceptions().untilAsserted(this::assertFileHasTokenOfCurrentServiceAccount);
  }

  /** No garbage collector runs here, so the Secret of the deleted role stays. */
  @Test
  void immediatelyRecreatedRoleGetsNewSecretAndToken() {
    String before = sandbox.secret(SECRET).getMetadata().getUid();
    sandbox.delete(sandbox.role("nats-user"));
    sandbox.apply(Manifests.role("nats-user", "foo"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotEqualTo(token));
    await().ignoreExceptions().untilAsserted(this::assertFileHasTokenOfCurrentServiceAccount);
    assertThat(sandbox.secret(SECRET).getMetadata().getUid()).isNotEqualTo(before);
    assertThat(sandbox.secret(SECRET).getMetadata().getOwnerReferences())
        .extracting(OwnerReference::getUid)
        .containsExactly(sandbox.role("nats-user").getMetadata().getUid());
  }

  /**
   * The garbage collector removes the owner reference of the Secret if the role is deleted with
   * {@code --cascade=orphan}.
   */
  @Test
  void roleRecreatedAfterItsSecretWasOrphanedGetsNewToken() {
    orphan();
    sandbox.delete(sandbox.role("nats-user"));
    sandbox.apply(Manifests.role("nats-user", "foo"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotEqualTo(token));
    await().ignoreExceptions().untilAsserted(this::assertFileHasTokenOfCurrentServiceAccount);
    assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText()).isNotEqualTo(token);
  }

  @Test
  void deletesOrphanedSecretOfDeletedRole() {
    orphan();
    sandbox.delete(sandbox.role("nats-user"));
    await().untilAsserted(() -> assertThat(sandbox.secret(SECRET)).isNull());
  }

  @Test
  void deletesOrphanedSecretWithServiceAccountOrCluster() {
    orphan();
    sandbox.delete(sandbox.serviceAccount("nats-user"));
    await().untilAsserted(() -> assertThat(sandbox.secret(SECRET)).isNull());
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    await().untilAsserted(() -> assertThat(sandbox.token("nats-user", CLUSTER)).isPresent());
    orphan();
    sandbox.delete(sandbox.cluster(CLUSTER));
    await().untilAsserted(() -> assertThat(sandbox.secret(SECRET)).isNull());
  }

  /** It may be a restored backup, or a Secret of the Go operator whose role follows later. */
  @Test
  void keepsSecretWithoutAnnotationsOfOperatorWhileThereIsNoRole() {
    Secret foreign =
        new SecretBuilder(sandbox.secret(SECRET))
            .withNewMetadata()
            .withName("other-" + CLUSTER + "-bound-token")
            .withNamespace(sandbox.namespace())
            .addToLabels("app", "nats")
            .addToLabels("nats_cluster", CLUSTER)
            .endMetadata()
            .build();
    sandbox.client().resource(foreign).create();
    orphan();
    sandbox.delete(sandbox.role("nats-user"));
    await().untilAsserted(() -> assertThat(sandbox.secret(SECRET)).isNull());
    assertThat(sandbox.client().resource(foreign).get()).isNotNull();
  }

  @Test
  void recordsProofAgainAfterTamperingWithoutNewToken() {
    for (String annotation : RECORDED) {
      String before = annotations().get(annotation);
      editAnnotations(annotations -> annotations.put(annotation, "forged"));
      await().untilAsserted(() -> assertThat(annotations()).containsEntry(annotation, before));
    }
    assertTokenWasKept();
  }

  @Test
  void takesOverSecretOfEarlierVersionWithoutNewToken() {
    editAnnotations(annotations -> annotations.keySet().removeAll(ADDED));
    await().untilAsserted(() -> assertThat(annotations()).containsKeys(array(ADDED)));
    assertTokenWasKept();
  }

  @Test
  void takesOverSecretOfGoOperatorWithoutNewToken() {
    editAnnotations(Map::clear);
    await().untilAsserted(() -> assertThat(annotations()).containsKeys(array(ADDED)));
    assertThat(annotations()).containsEntry("nats.io/service-account", "nats-user");
    assertTokenWasKept();
  }

  @Test
  void reissuesTokenOfAnotherRole() {
    editAnnotations(annotations -> annotations.put("nats.io/role-uid", "older"));
    await()
        .untilAsserted(
            () -> assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotEqualTo(token));
    await().ignoreExceptions().untilAsserted(this::assertFileHasTokenOfCurrentServiceAccount);
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
    await()
        .untilAsserted(
            () -> assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotEqualTo(token));
    await().ignoreExceptions().untilAsserted(this::assertFileHasTokenOfCurrentServiceAccount);
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.events(sandbox.role("nats-user")))
                    .extracting("note")
                    .anyMatch(note -> note.toString().contains("was deleted")));
  }

  @Test
  void reissuesTamperedToken() {
    sandbox
        .client()
        .resource(sandbox.secret(SECRET))
        .edit(
            secret -> {
              secret.setStringData(Map.of("token", token + "x"));
              return secret;
            });
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotIn(token, token + "x"));
    await().ignoreExceptions().untilAsserted(this::assertFileHasTokenOfCurrentServiceAccount);
  }

  @Test
  void tokenIsDeletedWithCluster() {
    sandbox.delete(sandbox.cluster(CLUSTER));
    await().untilAsserted(() -> assertThat(sandbox.secret(SECRET)).isNull());
    await()
        .untilAsserted(
            () ->
                assertThat(sandbox.roleCondition("nats-user", "Ready").getReason())
                    .isEqualTo("ClusterNotFound"));
  }

  @Test
  void recreatedClusterGetsNewToken() {
    sandbox.delete(sandbox.cluster(CLUSTER));
    sandbox.apply(Manifests.cluster());
    await()
        .untilAsserted(
            () -> assertThat(sandbox.token("nats-user", CLUSTER)).get().isNotEqualTo(token));
  }

  private void orphan() {
    sandbox
        .client()
        .resource(sandbox.secret(SECRET))
        .edit(
            secret ->
                new SecretBuilder(secret)
                    .editMetadata()
                    .withOwnerReferences()
                    .endMetadata()
                    .build());
  }

  private Map<String, String> annotations() {
    return sandbox.secret(SECRET).getMetadata().getAnnotations();
  }

  private void editAnnotations(Consumer<Map<String, String>> edit) {
    sandbox
        .client()
        .resource(sandbox.secret(SECRET))
        .edit(
            secret -> {
              edit.accept(secret.getMetadata().getAnnotations());
              return secret;
            });
  }

  private void assertTokenWasKept() {
    assertThat(sandbox.token("nats-user", CLUSTER)).contains(token);
    assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText()).isEqualTo(token);
    assertThat(sandbox.events(sandbox.role("nats-user")))
        .filteredOn(event -> event.getReason().startsWith("Token"))
        .singleElement()
        .satisfies(event -> assertThat(event.getNote()).contains("the role had no token"));
  }

  private static String[] array(Set<String> names) {
    return names.toArray(String[]::new);
  }

  /** While a token is issued, the file contains no such user. */
  private void assertFileHasTokenOfCurrentServiceAccount() {
    String now = sandbox.token("nats-user", CLUSTER).orElseThrow();
    assertThat(Jwt.claims(now).at("/kubernetes.io/serviceaccount/uid").asText())
        .isEqualTo(sandbox.serviceAccount("nats-user").getMetadata().getUid());
    assertThat(Jwt.claims(now).at("/kubernetes.io/secret/uid").asText())
        .isEqualTo(sandbox.secret(SECRET).getMetadata().getUid());
    assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText()).isEqualTo(now);
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
