package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.callout.LoginFixture.NOW;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/** Tokens of Secrets: the logins that they grant, and whether a Secret may contain one. */
class SecretTokensTest {

  private static final Instant OLD = NOW.minus(Duration.ofSeconds(60));
  private static final Instant YOUNG = NOW.minus(Duration.ofSeconds(59));

  @Test
  void grantsTokenOfTheSecret() {
    ObservedRole role = Roles.bound(Roles.user(), Clusters.walkthrough("2.15.3"));

    Granted granted = bySecret(role, Clusters.UID, tokenOf(role)).orElseThrow();

    assertThat(granted.name()).isEqualTo("nats-io/nats-user/-");
    assertThat(granted.grant().publish()).isEqualTo(Roles.user().getSpec().permissions().publish());
    assertThat(granted.expiry()).isEqualTo(NOW.plus(Duration.ofDays(1)));
    assertThat(granted.tags())
        .contains(
            "role:uid-of-role-nats-user:1",
            "account-uid:" + LoginFixture.ACCOUNT_UID,
            "bound-uid:" + Tokens.secretUid("nats-user"));
  }

  @Test
  void doesNotGrantAnotherTokenThanThatOfTheSecret() {
    NatsCluster cluster = Clusters.walkthrough("2.15.3");
    ObservedRole role = Roles.bound(Roles.user(), cluster);
    ObservedRole unproven =
        Roles.observed(Roles.user(), cluster, SigningKey.ec("x").sign(Tokens.claims("nats-user")));
    ObservedRole withoutSecret =
        Roles.observed(
            Roles.user(), List.of(cluster), List.of(Roles.account("nats-user")), List.of());
    String token = tokenOf(role);

    assertThat(bySecret(role, Clusters.UID, token + "x")).as("another text").isEmpty();
    assertThat(bySecret(role, Clusters.UID, "")).as("no text").isEmpty();
    assertThat(bySecret(role, "uid-of-other-cluster", token)).as("another cluster").isEmpty();
    assertThat(bySecret(unproven, Clusters.UID, tokenOf(unproven))).as("a planted token").isEmpty();
    assertThat(bySecret(withoutSecret, Clusters.UID, token)).as("no Secret").isEmpty();
  }

  @Test
  void comparesWithBothTokensOfTheSecret() {
    Secret secret =
        new SecretBuilder(Roles.tokenSecret("nats-user", "current"))
            .addToData(PreviousToken.KEY, TokenSecret.encoded("earlier"))
            .build();

    assertThat(SecretTokens.isIn(secret, "current")).isTrue();
    assertThat(SecretTokens.isIn(secret, "earlier")).isTrue();
    assertThat(SecretTokens.isIn(secret, "other")).isFalse();
    assertThat(SecretTokens.isIn(secret, "")).isFalse();
  }

  @Test
  void emptySecretContainsNoToken() {
    Secret empty = TokenSecret.empty(Roles.user(), Clusters.walkthrough("2.15.3"));

    assertThat(SecretTokens.isIn(empty, "")).isFalse();
  }

  @Test
  void newTokenMayBeInSecretThatIsNotVisibleYet() {
    assertThat(mayBeNew(roleWithoutSecret(OLD), YOUNG)).isTrue();
    assertThat(mayBeNew(Optional.empty(), YOUNG)).isTrue();
    assertThat(mayBeNew(roleWithoutSecret(YOUNG), OLD)).isTrue();
  }

  @Test
  void oldTokenIsNotInTheSecret() {
    assertThat(mayBeNew(roleWithoutSecret(OLD), OLD)).isFalse();
    assertThat(mayBeNew(Optional.empty(), OLD)).isFalse();
    assertThat(mayBeNew(Optional.empty(), NOW.plus(Duration.ofSeconds(60)))).isFalse();
  }

  @Test
  void secretWithAnotherTokenIsVisible() {
    Optional<ObservedRole> role =
        Optional.of(Roles.bound(Roles.user(), Clusters.walkthrough("2.15.3")));

    assertThat(mayBeNew(role, YOUNG)).isFalse();
  }

  private static boolean mayBeNew(Optional<ObservedRole> role, Instant issuedAt) {
    return SecretTokens.mayBeNew(role, issuedAt, NOW);
  }

  private static Optional<ObservedRole> roleWithoutSecret(Instant created) {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setCreationTimestamp(created.toString());
    return Optional.of(
        Roles.observed(
            role,
            List.of(Clusters.walkthrough("2.15.3")),
            List.of(Roles.account("nats-user")),
            List.of()));
  }

  private static Optional<Granted> bySecret(ObservedRole role, String clusterUid, String token) {
    return SecretTokens.decide(
        LoginObserver.policy(Clusters.walkthrough("2.15.3")),
        clusterUid,
        role,
        SigningKey.proof(SigningKey.API_SERVER),
        token,
        NOW,
        0.5);
  }

  private static String tokenOf(ObservedRole role) {
    return role.tokenSecret().flatMap(TokenSecret::tokenIn).orElseThrow();
  }
}
