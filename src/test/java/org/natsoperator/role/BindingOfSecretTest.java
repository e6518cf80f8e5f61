package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.role.BindingFixture.ACCOUNT;
import static org.natsoperator.role.BindingFixture.CLUSTER;
import static org.natsoperator.role.BindingFixture.GRANT;
import static org.natsoperator.role.BindingFixture.ROLE;
import static org.natsoperator.role.BindingFixture.SECRET;
import static org.natsoperator.role.BindingFixture.TOKEN;
import static org.natsoperator.role.BindingFixture.bind;

import com.nimbusds.jwt.JWTClaimsSet;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.BoundToken;
import org.natsoperator.token.IssueReason;
import org.natsoperator.token.TokenSecret;

/** The Secret of a bound role, and the reasons to issue another token. */
class BindingOfSecretTest {

  /** The annotations of a version that did not record the role. */
  private static final Map<String, String> WITHOUT_ROLE =
      Map.of("nats.io/service-account", "nats-user", "nats.io/cluster-uid", Clusters.UID);

  @Test
  void acceptsSecretWithAnnotationsOfThisRole() {
    Secret ours = TokenSecret.annotated(SECRET, ROLE, CLUSTER);

    assertThat(bind(ROLE, CLUSTER, ACCOUNT, ours)).isInstanceOf(Bound.class);
  }

  @Test
  void acceptsSecretOfEarlierVersionThatNamesRoleOnlyAsOwner() {
    Secret earlier = ownedBy(ROLE.getMetadata().getUid(), annotated(WITHOUT_ROLE));

    assertThat(bind(ROLE, CLUSTER, ACCOUNT, earlier)).isInstanceOf(Bound.class);
  }

  @ParameterizedTest(name = "{0}: token must be issued")
  @MethodSource
  void isUnissued(String description, Secret secret, IssueReason cause) {
    assertThat(bind(ROLE, CLUSTER, ACCOUNT, secret))
        .as(description)
        .isEqualTo(new Unissued(GRANT, cause));
  }

  static Stream<Arguments> isUnissued() {
    String forged = SigningKey.ec("api-server").sign(Tokens.claims("nats-user"));
    Map<String, Object> before = Tokens.boundTo("older", Tokens.secretUid("nats-user"));
    String former =
        SigningKey.API_SERVER.sign(
            new JWTClaimsSet.Builder(Tokens.claims("nats-user"))
                .claim("kubernetes.io", before)
                .build());
    Secret empty = new SecretBuilder(SECRET).withData(null).build();
    return Stream.of(
        arguments("no Secret yet", null, IssueReason.NEW),
        arguments("a Secret without data", empty, IssueReason.EMPTY),
        arguments(
            "a Secret with an empty token", Roles.tokenSecret("nats-user", ""), IssueReason.EMPTY),
        arguments(
            "a Secret with another key",
            new SecretBuilder(empty).addToData("other", "AAAA").build(),
            IssueReason.EMPTY),
        arguments("a forged token", Roles.tokenSecret("nats-user", forged), IssueReason.UNPROVEN),
        arguments(
            "a copy under another UID",
            new SecretBuilder(SECRET).editMetadata().withUid("copy").endMetadata().build(),
            IssueReason.UNPROVEN),
        arguments(
            "a Secret that the previous role owns",
            ownedBy("older", SECRET),
            IssueReason.ROLE_REPLACED),
        arguments(
            "a Secret that names the previous role", ofPreviousRole(), IssueReason.ROLE_REPLACED),
        arguments(
            "a Secret of an earlier version without its owner",
            annotated(WITHOUT_ROLE),
            IssueReason.ROLE_REPLACED),
        arguments(
            "a token of the previous ServiceAccount",
            Roles.tokenSecret("nats-user", former),
            IssueReason.ACCOUNT_REPLACED),
        arguments(
            "a Secret for the previous cluster",
            annotated(Map.of("nats.io/cluster-uid", "older")),
            IssueReason.CLUSTER_REPLACED));
  }

  @Test
  void deletedSecretIsCauseOfNextToken() {
    NatsServiceRole role = Roles.user();
    role.setStatus(
        RoleConditions.bound(
            BindingFixture.observed(role, CLUSTER, ACCOUNT, SECRET),
            new Bound(GRANT, new BoundToken(TOKEN)),
            new GrantPropagation.Propagation(3, 3)));

    assertThat(bind(role, CLUSTER, ACCOUNT, null))
        .isEqualTo(new Unissued(GRANT, IssueReason.DELETED));
    role.setStatus(RoleConditions.unbound(role, new Unbound("Invalid", "a")));
    assertThat(bind(role, CLUSTER, ACCOUNT, null)).isEqualTo(new Unissued(GRANT, IssueReason.NEW));
  }

  /**
   * {@code a-b} for {@code c} and {@code a} for {@code b-c} have the same Secret name. The second
   * one must not overwrite the first.
   */
  @Test
  void isUnboundIfSecretBelongsToAnotherServiceAccount() {
    Secret another = annotated(Map.of("nats.io/service-account", "nats"));

    assertThat(bind(ROLE, CLUSTER, ACCOUNT, another))
        .isInstanceOfSatisfying(
            Unbound.class, unbound -> assertThat(unbound.reason()).isEqualTo("SecretNameTaken"));
  }

  private static Secret annotated(Map<String, String> annotations) {
    return new SecretBuilder(SECRET)
        .editMetadata()
        .withAnnotations(annotations)
        .endMetadata()
        .build();
  }

  private static Secret ofPreviousRole() {
    Secret secret = TokenSecret.annotated(SECRET, ROLE, CLUSTER);
    secret.getMetadata().getAnnotations().put("nats.io/role-uid", "older");
    return ownedBy(ROLE.getMetadata().getUid(), secret);
  }

  private static Secret ownedBy(String roleUid, Secret secret) {
    return new SecretBuilder(secret)
        .editMetadata()
        .addNewOwnerReference()
        .withKind(ROLE.getKind())
        .withName(ROLE.getMetadata().getName())
        .withUid(roleUid)
        .endOwnerReference()
        .endMetadata()
        .build();
  }
}
