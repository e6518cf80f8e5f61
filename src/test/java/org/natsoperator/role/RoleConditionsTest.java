package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.GrantsInForce.Standing;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class RoleConditionsTest {

  private static final NatsServiceRole ROLE = Roles.user();
  private static final Grant GRANT =
      new Grant(new Identity("nats-io", "nats-user"), "nats-user", List.of(), List.of());
  private static final Bound BOUND = new Bound(GRANT, new BoundToken("very-secret"));

  @Test
  void aRoleInForceEverywhereIsReadyAndSaysWhoLogsInHow() {
    NatsServiceRoleStatus status = status(BOUND, new Standing(3, 3));

    assertThat(conditions(status))
        .containsExactly("Ready=True InForce", "Bound=True TokenIssued", "InForce=True Confirmed");
    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(status.user()).isEqualTo("nats-user");
    assertThat(status.clusterNamespace()).isEqualTo("nats-io");
    assertThat(status.serviceAccount()).isEqualTo("nats-io/nats-user");
    assertThat(status.tokenSecret()).isEqualTo("nats-user-example-nats-bound-token");
    assertThat(status.inForce()).isEqualTo("3/3");
  }

  @Test
  void aRoleInForceOnSomeServersIsBoundButNotReady() {
    NatsServiceRoleStatus status = status(BOUND, new Standing(2, 3));

    assertThat(conditions(status))
        .containsExactly("Ready=False NotInForce", "Bound=True TokenIssued", "InForce=False NotConfirmed");
    assertThat(status.conditions().getFirst().getMessage()).contains("2/3").contains("ConfigApplied");
    assertThat(status.inForce()).isEqualTo("2/3");
  }

  @Test
  void anUnboundRoleSaysWhyAndNamesNoUser() {
    NatsServiceRoleStatus status =
        RoleConditions.unbound(ROLE, new Unbound("Invalid", "spec.x: wrong"));

    assertThat(conditions(status))
        .containsExactly("Ready=False Invalid", "Bound=False Invalid", "InForce=False Invalid");
    assertThat(status.conditions()).allMatch(condition -> condition.getMessage().equals("spec.x: wrong"));
    assertThat(status.user()).isNull();
    assertThat(status.clusterNamespace()).isNull();
    assertThat(status.serviceAccount()).isNull();
    assertThat(status.tokenSecret()).isNull();
    assertThat(status.inForce()).isNull();
  }

  @Test
  void noStatusShowsAToken() {
    assertThat(status(BOUND, new Standing(1, 1)).toString()).doesNotContain("very-secret");
  }

  private static NatsServiceRoleStatus status(Bound bound, Standing standing) {
    return RoleConditions.bound(Roles.bound(ROLE, Clusters.walkthrough("2.15.2")), bound, standing);
  }

  private static List<String> conditions(NatsServiceRoleStatus status) {
    return status.conditions().stream()
        .map(condition -> condition.getType() + "=" + condition.getStatus() + " " + condition.getReason())
        .toList();
  }
}
