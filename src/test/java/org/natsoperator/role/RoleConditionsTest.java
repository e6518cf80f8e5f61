package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.Grant;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleSpec;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.GrantPropagation.Propagation;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;
import org.natsoperator.token.BoundToken;

class RoleConditionsTest {

  private static final NatsServiceRole ROLE = Roles.user();
  private static final Grant GRANT =
      new Grant(
          new Identity("nats-io", "nats-user"),
          "nats-user",
          List.of(),
          List.of(),
          Optional.empty());
  private static final Bound BOUND = new Bound(GRANT, new BoundToken("very-secret"));

  @Test
  void roleInForceIsReadyWithUserAndTokenSecret() {
    NatsServiceRoleStatus status = status(BOUND, new Propagation(3, 3));

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
  void reportsLimitsWithoutEffect() {
    NatsServiceRole limited = Roles.user();
    limited.setSpec(
        new NatsServiceRoleSpec(limited.getSpec().permissions(), new RoleLimits(1, null)));

    NatsServiceRoleStatus status =
        RoleConditions.bound(
            Roles.bound(limited, Clusters.walkthrough("2.15.3")), BOUND, new Propagation(3, 3));

    assertThat(conditions(status).getFirst()).isEqualTo("Ready=True InForce");
    assertThat(status.conditions().getFirst().getMessage()).contains("spec.limits");
  }

  @Test
  void roleInForceOnSomeServersIsBoundButNotReady() {
    NatsServiceRoleStatus status = status(BOUND, new Propagation(2, 3));

    assertThat(conditions(status))
        .containsExactly(
            "Ready=False NotInForce", "Bound=True TokenIssued", "InForce=False NotConfirmed");
    assertThat(status.conditions().getFirst().getMessage())
        .contains("2/3")
        .contains("ConfigApplied");
    assertThat(status.inForce()).isEqualTo("2/3");
  }

  @Test
  void roleWhoseChangeDoesNotFitIsBoundButNotReady() {
    NatsServiceRoleStatus status =
        status(BOUND, new Propagation(0, 3, true, Optional.of("too many subjects")));

    assertThat(conditions(status))
        .containsExactly(
            "Ready=False ChangeDoesNotFit",
            "Bound=True TokenIssued",
            "InForce=False ChangeDoesNotFit");
    assertThat(status.conditions().getFirst().getMessage()).isEqualTo("too many subjects");
    assertThat(status.user()).isEqualTo("nats-user");
  }

  @Test
  void unboundRoleHasReasonAndNoUser() {
    NatsServiceRoleStatus status =
        RoleConditions.unbound(ROLE, new Unbound("Invalid", "spec.x: wrong"));

    assertThat(conditions(status))
        .containsExactly("Ready=False Invalid", "Bound=False Invalid", "InForce=False Invalid");
    assertThat(status.conditions())
        .allMatch(condition -> condition.getMessage().equals("spec.x: wrong"));
    assertThat(status.user()).isNull();
    assertThat(status.clusterNamespace()).isNull();
    assertThat(status.serviceAccount()).isNull();
    assertThat(status.tokenSecret()).isNull();
    assertThat(status.inForce()).isNull();
  }

  @Test
  void reportsTransitionToInForceOnce() {
    NatsServiceRoleStatus unbound =
        at(0, RoleConditions.unbound(ROLE, new Unbound("Invalid", "wrong")), null);
    NatsServiceRoleStatus waiting = at(1, status(BOUND, new Propagation(0, 3)), null);
    NatsServiceRoleStatus inForce = status(BOUND, new Propagation(3, 3));

    assertThat(RoleConditions.cameIntoForce(null, inForce)).isTrue();
    assertThat(RoleConditions.cameIntoForce(unbound, inForce)).isTrue();
    assertThat(RoleConditions.cameIntoForce(waiting, inForce)).isTrue();
    assertThat(
            RoleConditions.cameIntoForce(
                at(2, status(BOUND, new Propagation(0, 3)), unbound), inForce))
        .as("role that was bound later")
        .isTrue();
    assertThat(RoleConditions.cameIntoForce(inForce, inForce)).isFalse();
    assertThat(RoleConditions.cameIntoForce(null, waiting)).isFalse();
  }

  /** An additional server must not cause an Event for each of a thousand roles. */
  @Test
  void doesNotReportThatRoleIsInForceAgain() {
    NatsServiceRoleStatus before = at(1, status(BOUND, new Propagation(3, 3)), null);
    NatsServiceRoleStatus oneMore = at(2, status(BOUND, new Propagation(3, 4)), before);

    assertThat(RoleConditions.cameIntoForce(oneMore, status(BOUND, new Propagation(4, 4))))
        .isFalse();
  }

  @Test
  void statusContainsNoToken() {
    assertThat(status(BOUND, new Propagation(1, 1)).toString()).doesNotContain("very-secret");
  }

  private static NatsServiceRoleStatus status(Bound bound, Propagation propagation) {
    return RoleConditions.bound(
        Roles.bound(ROLE, Clusters.walkthrough("2.15.3")), bound, propagation);
  }

  private static NatsServiceRoleStatus at(
      int second, NatsServiceRoleStatus status, NatsServiceRoleStatus before) {
    Instant now = Instant.EPOCH.plusSeconds(second);
    return status.withConditions(
        Conditions.dated(
            status.conditions(), before == null ? List.of() : before.conditions(), 1, now));
  }

  private static List<String> conditions(NatsServiceRoleStatus status) {
    return status.conditions().stream()
        .map(
            condition ->
                condition.getType() + "=" + condition.getStatus() + " " + condition.getReason())
        .toList();
  }
}
