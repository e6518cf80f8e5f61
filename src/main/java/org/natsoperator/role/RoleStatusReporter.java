package org.natsoperator.role;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Clock;
import java.util.List;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.kubernetes.Events;
import org.natsoperator.kubernetes.StatusPatch;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.GrantPropagation.Propagation;
import org.natsoperator.token.IssueReason;
import org.springframework.stereotype.Component;

/** Tells what became of a role: in its status, and by Events what a user should notice. */
@Component
class RoleStatusReporter {

  private final Events events;
  private final Clock clock;

  RoleStatusReporter(Events events, Clock clock) {
    this.events = events;
    this.clock = clock;
  }

  /** Nobody can log in by the role. */
  void unbound(NatsServiceRole role, Unbound unbound, Context<NatsServiceRole> context) {
    if (update(role, RoleConditions.unbound(role, unbound), context)) {
      events.warn(role, unbound.reason(), unbound.message());
    }
  }

  /** The role is bound, and in force on so many servers. */
  void bound(
      ObservedRole observed,
      Bound bound,
      Propagation propagation,
      Context<NatsServiceRole> context) {
    NatsServiceRole role = observed.role();
    NatsServiceRoleStatus status = RoleConditions.bound(observed, bound, propagation);
    if (update(role, status, context) && RoleConditions.cameIntoForce(role.getStatus(), status)) {
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

  /** A token was issued and is in its Secret. */
  void issued(ObservedRole observed, IssueReason cause) {
    String note = "issued a token into Secret %s: %s".formatted(observed.secretName(), cause.why());
    if (cause == IssueReason.UNPROVEN) {
      events.warn(observed.role(), "TokenReplaced", note + "; somebody may have put it there");
    } else {
      events.inform(observed.role(), RoleConditions.TOKEN_ISSUED, note);
    }
  }

  /** Tells a status; false if it is told already. */
  private boolean update(
      NatsServiceRole role, NatsServiceRoleStatus fresh, Context<NatsServiceRole> context) {
    NatsServiceRoleStatus before = role.getStatus();
    NatsServiceRoleStatus status =
        fresh.withConditions(
            Conditions.dated(
                fresh.conditions(),
                before == null ? List.of() : before.conditions(),
                role.getMetadata().getGeneration(),
                clock.instant()));
    if (status.equals(before)) {
      return false;
    }
    NatsServiceRole patch = new NatsServiceRole();
    patch.setMetadata(StatusPatch.nameOf(role));
    patch.setStatus(status);
    StatusPatch.apply(patch, context);
    return true;
  }
}
