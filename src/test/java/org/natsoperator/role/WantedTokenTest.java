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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.api.NatsCluster;
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

  static Stream<Arguments> keepsNoToken() {
    return Stream.of(
        arguments("no cluster", null, ACCOUNT),
        arguments(
            "a cluster that is being deleted",
            terminating(Clusters.walkthrough("2.15.2")),
            ACCOUNT),
        arguments("a cluster without ServiceAccounts", Clusters.cluster("{}"), ACCOUNT),
        arguments("no ServiceAccount", CLUSTER, null),
        arguments(
            "a ServiceAccount that is being deleted",
            CLUSTER,
            terminating(Roles.account("nats-user"))));
  }
}
