package org.natsoperator.admission.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleSpec;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.validation.FieldError;

class RoleDependenciesTest {

  private static final RoleLimits LIMITS = new RoleLimits(10, null);

  @Test
  void warnsOfLimitsThatTheClusterDoesNotEnforce() {
    NatsCluster withSecrets = Clusters.walkthrough("2.15.3");

    assertThat(warnings(LIMITS, withSecrets))
        .extracting(FieldError::toString)
        .containsExactly(
            "spec.limits: has no effect: the cluster does not use projected tokens; remove it");
    assertThat(warnings(RoleLimits.NONE, withSecrets)).isEmpty();
  }

  @Test
  void acceptsLimitsOfClusterWithProjectedTokens() {
    NatsCluster projected =
        Clusters.cluster("{auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}}");

    assertThat(warnings(LIMITS, projected)).isEmpty();
  }

  private static List<FieldError> warnings(RoleLimits limits, NatsCluster cluster) {
    NatsServiceRole role = Roles.user();
    role.setSpec(new NatsServiceRoleSpec(role.getSpec().permissions(), limits));
    return new RoleDependencies(Optional.of(cluster), false, false).awaitedBy(role);
  }
}
