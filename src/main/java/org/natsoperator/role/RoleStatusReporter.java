package org.natsoperator.role;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.kubernetes.StatusPatch;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.GrantPropagation.Propagation;
import org.natsoperator.token.IssueReason;
import org.springframework.stereotype.Component;

/** Reports the state of a role in its status, and changes that matter to a user as Events. */
@Component
class RoleStatusReporter {

  private static final StatusPatch<NatsServiceRole, NatsServiceRoleStatus> PATCH =
      new StatusPatch<>(
          NatsServiceRole::new,
          NatsServiceRoleStatus::conditions,
          NatsServiceRoleStatus::withConditions);

  private final Events events;
  private final Clock clock;

  RoleStatusReporter(Events events, Clock clock) {
    this.events = events;
    this.clock = clock;
  }

  /** Reports that the role has no login. */
  void unbound(NatsServiceRole role, Unbound unbound, Context<NatsServiceRole> context) {
    if (PATCH.apply(role, RoleConditions.unbound(role, unbound), clock.instant(), context)) {
      events.warn(role, unbound.reason(), unbound.message());
    }
  }

  /** Reports that the role is bound, and the number of servers on which it is in force. */
  void bound(
      ObservedRole observed,
      Bound bound,
      Propagation propagation,
      Context<NatsServiceRole> context) {
    NatsServiceRole role = observed.role();
    NatsServiceRoleStatus status = RoleConditions.bound(observed, bound, propagation);
    if (!PATCH.apply(role, status, clock.instant(), context)) {
      return;
    }
    propagation
        .limit()
        .ifPresent(limit -> events.warn(role, RoleReasons.CHANGE_DOES_NOT_FIT, limit));
    if (RoleConditions.cameIntoForce(role.getStatus(), status)) {
      events.inform(
          role,
          RoleReasons.IN_FORCE,
          "in force on all %d servers of NatsCluster %s/%s as user %s"
              .formatted(
                  propagation.of(),
                  status.clusterNamespace(),
                  role.clusterName().orElseThrow(),
                  status.user()));
    }
  }

  /** Reports that pods of the role log in with tokens of their own. */
  void withPodTokens(ObservedRole observed, Context<NatsServiceRole> context) {
    NatsServiceRole role = observed.role();
    NatsServiceRoleStatus status = RoleConditions.withPodTokens(observed);
    if (PATCH.apply(role, status, clock.instant(), context)
        && RoleConditions.cameIntoForce(role.getStatus(), status)) {
      events.inform(
          role,
          RoleReasons.IN_FORCE,
          "in force for pods with tokens for NatsCluster %s/%s"
              .formatted(status.clusterNamespace(), role.clusterName().orElseThrow()));
    }
  }

  /** Emits an Event about a token that was issued and is in its Secret. */
  void issued(ObservedRole observed, IssueReason cause) {
    String note = "issued a token in Secret %s: %s".formatted(observed.secretName(), cause.why());
    if (cause == IssueReason.UNPROVEN) {
      events.warn(
          observed.role(),
          "TokenReplaced",
          note + "; another client may have written it; check who can write this Secret");
    } else {
      events.inform(observed.role(), RoleConditions.TOKEN_ISSUED, note);
    }
  }
}
