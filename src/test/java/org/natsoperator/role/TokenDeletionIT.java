package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.role.IssuedToken.SECRET;
import static org.natsoperator.testing.Manifests.CLUSTER;
import static org.natsoperator.testing.Sandbox.SENTINEL;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Tokens end with their ServiceAccount, role or cluster; a new object of the name gets another. */
@LongTest
@OperatorTest
class TokenDeletionIT {

  /** The operator looks for orphaned Secrets every ten seconds. */
  private static final Duration SWEPT = Duration.ofMinutes(1);

  private Sandbox sandbox;
  private String token;

  @BeforeEach
  void role(Sandbox fresh) {
    sandbox = fresh;
    token = IssuedToken.of(sandbox);
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
    IssuedToken.assertIsOfCurrentServiceAccount(sandbox);
  }

  @Test
  void immediatelyRecreatedServiceAccountGetsNewToken() {
    sandbox.delete(sandbox.serviceAccount("nats-user"));
    sandbox.apply(Manifests.serviceAccount("nats-user"));
    IssuedToken.awaitAnother(sandbox, token);
  }

  /** No garbage collector runs here, so the Secret of the deleted role stays. */
  @Test
  void immediatelyRecreatedRoleGetsNewSecretAndToken() {
    String before = sandbox.secret(SECRET).getMetadata().getUid();
    sandbox.delete(sandbox.role("nats-user"));
    sandbox.apply(Manifests.role("nats-user", "foo"));
    IssuedToken.awaitAnother(sandbox, token);
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
    IssuedToken.awaitAnother(sandbox, token);
    assertThat(sandbox.user(CLUSTER, "nats-user").get("password").asText()).isNotEqualTo(token);
  }

  @Test
  void deletesOrphanedSecretOfDeletedRole() {
    orphan();
    sandbox.delete(sandbox.role("nats-user"));
    await().atMost(SWEPT).untilAsserted(() -> assertThat(sandbox.secret(SECRET)).isNull());
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
    await().atMost(SWEPT).untilAsserted(() -> assertThat(sandbox.secret(SECRET)).isNull());
    assertThat(sandbox.client().resource(foreign).get()).isNotNull();
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
}
