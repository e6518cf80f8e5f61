package org.natsoperator.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class TokenSecretTest {

  private static final NatsCluster CLUSTER = Clusters.walkthrough("2.15.3");
  private static final Secret EMPTY = TokenSecret.empty(Roles.user(), CLUSTER);

  @Test
  void hasNameLabelsAndTypeOf2018() {
    assertThat(EMPTY.getMetadata().getName()).isEqualTo("nats-user-example-nats-bound-token");
    assertThat(EMPTY.getMetadata().getNamespace()).isEqualTo("nats-io");
    assertThat(EMPTY.getMetadata().getLabels())
        .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats"));
    assertThat(EMPTY.getType()).isEqualTo("Opaque");
    assertThat(EMPTY.getData()).isNullOrEmpty();
  }

  @Test
  void annotatesServiceAccountRoleAndCluster() {
    assertThat(EMPTY.getMetadata().getAnnotations())
        .isEqualTo(
            Map.of(
                "nats.io/service-account", "nats-user",
                "nats.io/role-uid", "uid-of-role-nats-user",
                "nats.io/cluster-namespace", "nats-io",
                "nats.io/cluster-uid", Clusters.UID));
  }

  @Test
  void nameContainsNamespaceOfForeignCluster() {
    Secret secret = TokenSecret.empty(Roles.in("team", "worker"), Clusters.in("core", "team"));

    assertThat(secret.getMetadata().getName()).isEqualTo("worker-example-nats.core-bound-token");
    assertThat(secret.getMetadata().getNamespace()).isEqualTo("team");
    assertThat(secret.getMetadata().getLabels())
        .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats"));
    assertThat(secret.getMetadata().getAnnotations())
        .containsEntry("nats.io/cluster-namespace", "core");
  }

  @ParameterizedTest(name = "{0} for cluster {1} may belong to: {2}")
  @CsvSource({
    "worker-nats-bound-token, nats, worker",
    "worker-nats.core-bound-token, nats, worker",
    "a.b-nats.core-bound-token, nats, a.b",
    "a-nats.b-nats-bound-token, nats, a-nats.b a",
    "worker-nats.core-bound-token, other, ''",
    "-nats-bound-token, nats, ''",
    "-nats.core-bound-token, nats, ''",
    "notes, nats, ''",
    "my-nats, nats, ''",
  })
  void nameGivesPossibleServiceAccounts(String secret, String cluster, String accounts) {
    assertThat(
            String.join(
                " ", new TreeSet<>(TokenSecret.accountsIn(secret, cluster)).descendingSet()))
        .isEqualTo(accounts);
  }

  @Test
  void isOwnedByRoleWithoutBlockingItsDeletion() {
    OwnerReference owner = EMPTY.getMetadata().getOwnerReferences().getFirst();

    assertThat(EMPTY.getMetadata().getOwnerReferences()).hasSize(1);
    assertThat(owner.getApiVersion()).isEqualTo("nats.io/v1alpha2");
    assertThat(owner.getKind()).isEqualTo("NatsServiceRole");
    assertThat(owner.getName()).isEqualTo("nats-user");
    assertThat(owner.getController()).isTrue();
    assertThat(owner.getBlockOwnerDeletion()).isNull();
  }

  @Test
  void belongsToRoleOfItsAnnotation() {
    assertThat(TokenSecret.isOf(Roles.user(), EMPTY)).isTrue();
    assertThat(TokenSecret.isOf(Roles.admin(), EMPTY)).isFalse();
    assertThat(TokenSecret.isOf(Roles.in("other", "nats-user"), EMPTY)).isFalse();
  }

  @Test
  void belongsToItsOwnerWithoutAnnotation() {
    Secret earlier = new SecretBuilder(EMPTY).build();
    earlier.getMetadata().getAnnotations().remove("nats.io/role-uid");

    assertThat(TokenSecret.isOf(Roles.user(), earlier)).isTrue();
    earlier.getMetadata().setOwnerReferences(List.of());
    assertThat(TokenSecret.isOf(Roles.user(), earlier)).isFalse();
    assertThat(TokenSecret.ofFormer(Roles.user(), earlier)).isTrue();
  }

  @Test
  void doesNotManageSecretOfGoOperator() {
    Secret go = new SecretBuilder(EMPTY).editMetadata().withAnnotations(null).endMetadata().build();

    assertThat(TokenSecret.isManaged(go)).isFalse();
    assertThat(TokenSecret.roleUid(go)).isEmpty();
    assertThat(TokenSecret.ofFormer(Roles.user(), go)).isFalse();
  }

  @Test
  void doesNotTreatOtherSecretOfRoleAsTokenSecret() {
    Secret other =
        new SecretBuilder(EMPTY).editMetadata().withName("own-notes").endMetadata().build();

    assertThat(TokenSecret.isOf(Roles.user(), other)).isFalse();
  }

  @Test
  void isIssuedForOneRoleAndOneCluster() {
    assertThat(TokenSecret.issuedFor(EMPTY, Roles.user(), CLUSTER)).isTrue();
    assertThat(TokenSecret.issuedFor(EMPTY, Roles.admin(), CLUSTER)).isFalse();
    assertThat(
            TokenSecret.issuedFor(annotated("nats.io/cluster-uid", "older"), Roles.user(), CLUSTER))
        .isFalse();
  }

  @Test
  void acceptsSecretOfGoOperatorWithoutAnnotations() {
    Secret unannotated = Roles.tokenSecret("nats-user", "token");

    assertThat(TokenSecret.issuedFor(unannotated, Roles.user(), CLUSTER)).isTrue();
  }

  @Test
  void returnsItsToken() {
    assertThat(TokenSecret.tokenIn(Roles.tokenSecret("nats-user", "token"))).contains("token");
    assertThat(TokenSecret.tokenIn(Roles.tokenSecret("nats-user", ""))).isEmpty();
    assertThat(TokenSecret.tokenIn(EMPTY)).isEmpty();
  }

  @Test
  void isWritableUnlessTypeDiffersOrImmutable() {
    assertThat(TokenSecret.writable(EMPTY)).isTrue();
    assertThat(TokenSecret.writable(new SecretBuilder(EMPTY).withImmutable(false).build()))
        .isTrue();
    assertThat(TokenSecret.writable(new SecretBuilder(EMPTY).withImmutable(true).build()))
        .isFalse();
    assertThat(TokenSecret.writable(new SecretBuilder(EMPTY).withType("any").build())).isFalse();
  }

  private static Secret annotated(String annotation, String value) {
    return new SecretBuilder(EMPTY)
        .editMetadata()
        .addToAnnotations(annotation, value)
        .endMetadata()
        .build();
  }
}
