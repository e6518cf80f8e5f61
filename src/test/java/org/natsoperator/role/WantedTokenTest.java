package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.role.BindingFixture.ACCOUNT;
import static org.natsoperator.role.BindingFixture.CLUSTER;
import static org.natsoperator.role.BindingFixture.ROLE;
import static org.natsoperator.role.BindingFixture.SECRET;
import static org.natsoperator.role.BindingFixture.observed;
import static org.natsoperator.role.BindingFixture.proof;
import static org.natsoperator.role.BindingFixture.terminating;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.PodTokens;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

/** The roles whose token Secret the operator keeps. */
class WantedTokenTest {

  @Test
  void keepsTokenOfInvalidRole() {
    ObservedRole observed =
        observed(Roles.role("nats-user", List.of("foo..bar"), List.of()), CLUSTER, ACCOUNT, SECRET);

    assertThat(Binding.of(observed, proof()).wantsToken(observed)).isTrue();
  }

  @ParameterizedTest(name = "{0}: keeps no token")
  @MethodSource
  void keepsNoToken(String description, NatsCluster cluster, ServiceAccount account) {
    ObservedRole observed = observed(ROLE, cluster, account, SECRET);

    assertThat(Binding.of(observed, proof()).wantsToken(observed)).as(description).isFalse();
  }

  @Test
  void projectedTokensReplaceTheSecret() {
    NatsCluster cluster =
        Clusters.cluster("{auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}}");
    ObservedRole without = observed(ROLE, cluster, ACCOUNT, null);
    ObservedRole with = observed(ROLE, cluster, ACCOUNT, SECRET);

    assertThat(Binding.of(without, proof()).given(false)).isInstanceOf(PodTokens.class);
    assertThat(Binding.of(without, proof()).given(true)).isInstanceOf(Unissued.class);
    assertThat(Binding.of(with, proof()).given(true)).isInstanceOf(Bound.class);
    assertThat(Binding.of(with, proof()).given(true).wantsToken(with)).isTrue();
    assertThat(Binding.of(with, proof()).given(false)).isInstanceOf(PodTokens.class);
    assertThat(Binding.of(with, proof()).given(false).wantsToken(with)).isFalse();
  }

  /** Servers that still compare passwords need the Secret's token. */
  @Test
  void clusterThatStillSwitchesNeedsTheSecret() {
    NatsCluster cluster =
        Clusters.cluster("{auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}}");
    cluster.setStatus(
        Serialization.unmarshal("serviceAccountTokens: BoundSecret", NatsClusterStatus.class));
    ObservedRole observed = observed(ROLE, cluster, ACCOUNT, null);

    assertThat(Binding.of(observed, proof())).isInstanceOf(Unissued.class);
  }

  static Stream<Arguments> keepsNoToken() {
    return Stream.of(
        arguments("no cluster", null, ACCOUNT),
        arguments(
            "a cluster that is being deleted",
            terminating(Clusters.walkthrough("2.15.3")),
            ACCOUNT),
        arguments("a cluster without ServiceAccounts", Clusters.cluster("{}"), ACCOUNT),
        arguments("no ServiceAccount", CLUSTER, null),
        arguments(
            "a ServiceAccount that is being deleted",
            CLUSTER,
            terminating(Roles.account("nats-user"))));
  }
}
