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
import static org.natsoperator.role.BindingFixture.observed;
import static org.natsoperator.role.BindingFixture.proof;
import static org.natsoperator.role.BindingFixture.terminating;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.token.BoundToken;
import org.natsoperator.token.TokenSecret;

/** The reasons that a role is unbound, apart from its Secret. */
class BindingTest {

  @Test
  void verifiedTokenBindsServiceAccountWithNameOfRole() {
    assertThat(bind(ROLE, CLUSTER, ACCOUNT, SECRET))
        .isEqualTo(new Bound(GRANT, new BoundToken(TOKEN)));
  }

  /** Admission rejects duplicates, but existing users with duplicates must stay connected. */
  @Test
  void bindsRoleWithDuplicateSubject() {
    NatsServiceRole twice = Roles.role("nats-user", List.of("foo", "foo"), List.of());

    assertThat(bind(twice, CLUSTER, ACCOUNT, SECRET)).isInstanceOf(Bound.class);
  }

  @ParameterizedTest(name = "{0}: role is unbound")
  @MethodSource
  void isUnbound(
      String description,
      NatsServiceRole role,
      NatsCluster cluster,
      ServiceAccount account,
      String reason,
      String message) {
    assertThat(bind(role, cluster, account, SECRET))
        .as(description)
        .isInstanceOfSatisfying(
            Unbound.class,
            unbound -> {
              assertThat(unbound.reason()).isEqualTo(reason);
              assertThat(unbound.message()).contains(message);
            });
  }

  static Stream<Arguments> isUnbound() {
    NatsServiceRole bad = Roles.role("nats-user", List.of("foo..bar"), List.of());
    NatsCluster closed = Clusters.cluster("{auth: {enableServiceAccounts: false}}");
    return Stream.of(
        arguments(
            "an invalid subject", bad, CLUSTER, ACCOUNT, "Invalid", "spec.permissions.publish[0]"),
        arguments(
            "no permissions",
            Roles.role("nats-user", null, null),
            CLUSTER,
            ACCOUNT,
            "Invalid",
            "spec.permissions: is missing"),
        arguments(
            "no cluster",
            ROLE,
            null,
            ACCOUNT,
            "ClusterNotFound",
            "NatsCluster example-nats does not exist"),
        arguments(
            "a cluster that is being deleted",
            ROLE,
            terminating(Clusters.walkthrough("2.15.3")),
            ACCOUNT,
            "ClusterNotFound",
            "create it"),
        arguments(
            "a role that is being deleted",
            terminating(Roles.user()),
            CLUSTER,
            ACCOUNT,
            "Invalid",
            "the role is being deleted"),
        arguments(
            "a cluster without ServiceAccounts",
            ROLE,
            closed,
            ACCOUNT,
            "ServiceAccountsDisabled",
            "enableServiceAccounts"),
        arguments(
            "no ServiceAccount",
            ROLE,
            CLUSTER,
            null,
            "ServiceAccountNotFound",
            "ServiceAccount nats-user does not exist"),
        arguments(
            "a ServiceAccount that is being deleted",
            ROLE,
            CLUSTER,
            terminating(Roles.account("nats-user")),
            "ServiceAccountNotFound",
            "create it"));
  }

  /** The operator cannot read whom the cluster admits. */
  @Test
  void onlyRoleWithTokenIsBoundWhileAccessIsHidden() {
    NatsCluster hidden = Clusters.cluster("{auth: {enableServiceAccounts: 1}}");

    assertThat(bind(ROLE, hidden, ACCOUNT, SECRET)).isInstanceOf(Bound.class);
    Binding without = bind(ROLE, hidden, ACCOUNT, null);
    assertThat(without)
        .isInstanceOfSatisfying(
            Unbound.class,
            unbound ->
                assertThat(unbound.message())
                    .contains("spec.auth of NatsCluster example-nats cannot be read"));
    assertThat(without.wantsToken(observed(ROLE, hidden, ACCOUNT, null))).isTrue();
  }

  @Test
  void toStringContainsNoToken() {
    ObservedRole observed = observed(ROLE, CLUSTER, ACCOUNT, SECRET);

    assertThat(Binding.of(observed, proof()).toString())
        .contains("nats-user")
        .doesNotContain(TOKEN);
  }

  @Test
  void observedRoleContainsNoTokenInToString() {
    ObservedRole observed = observed(ROLE, CLUSTER, ACCOUNT, SECRET);

    assertThat(observed.toString().contains(SECRET.getData().get(TokenSecret.KEY)))
        .as("text contains the token")
        .isFalse();
  }
}
