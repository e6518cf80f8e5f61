package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Roles;

class NatsServiceRoleValidatorTest {

  @Test
  void theRolesOf2018HaveNoMistake() {
    assertThat(NatsServiceRoleValidator.validate(Roles.user())).isEmpty();
    assertThat(NatsServiceRoleValidator.validate(Roles.admin())).isEmpty();
  }

  @Test
  void aRoleThatGrantsNothingIsNoMistake() {
    assertThat(NatsServiceRoleValidator.validate(Roles.role("idle", null, null))).isEmpty();
  }

  @Test
  void allMistakesAreToldAtOnceEachWithItsField() {
    NatsServiceRole role =
        Roles.role("r".repeat(253), Arrays.asList("ok", null, "foo..bar"), List.of("a q", "b c..d"));
    role.getMetadata().setLabels(Map.of());

    assertThat(NatsServiceRoleValidator.validate(role))
        .extracting(Problem::field)
        .containsExactly(
            "metadata.labels.nats_cluster",
            "metadata.name",
            "spec.permissions.publish[1]",
            "spec.permissions.publish[2]",
            "spec.permissions.subscribe[1]");
  }

  @Test
  void aLabelWithoutAValueIsMissing() {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setLabels(Map.of("nats_cluster", ""));

    assertThat(Problem.join(NatsServiceRoleValidator.validate(role)))
        .isEqualTo("metadata.labels.nats_cluster: is missing; set it to the name of a NatsCluster");
  }

  @Test
  void theNameMayBeAsLongAsItsTokenSecretAllows() {
    int longest = 253 - "-example-nats-bound-token".length();

    assertThat(NatsServiceRoleValidator.validate(named(longest))).isEmpty();
    assertThat(NatsServiceRoleValidator.validate(named(longest + 1)))
        .extracting(Problem::field)
        .containsExactly("metadata.name");
  }

  private static NatsServiceRole named(int length) {
    return Roles.role("r".repeat(length), List.of("foo"), List.of("foo"));
  }
}
