package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.role.GrantsInForce.Standing;

/** What a role's status says. */
final class RoleConditions {

  static final String BOUND = "Bound";
  static final String IN_FORCE = "InForce";
  static final String READY = "Ready";

  private RoleConditions() {}

  /** The status without times. */
  static NatsServiceRoleStatus status(
      NatsServiceRole role, Binding binding, Optional<Standing> standing) {
    List<Condition> conditions =
        switch (binding) {
          case Bound bound -> bound(standing.orElseThrow());
          case Unissued unissued -> unbound(Unissued.REASON, unissued.why());
          case Unbound unbound -> unbound(unbound.reason(), unbound.message());
        };
    boolean isBound = binding instanceof Bound;
    String account = role.getMetadata().getName();
    return new NatsServiceRoleStatus(
        role.getMetadata().getGeneration(),
        isBound ? account : null,
        isBound ? role.getMetadata().getNamespace() + "/" + account : null,
        isBound ? TokenSecret.name(account, role.clusterName().orElseThrow()) : null,
        standing.map(Standing::toString).orElse(null),
        conditions);
  }

  private static List<Condition> bound(Standing standing) {
    Condition bound =
        Conditions.met(BOUND, "TokenIssued", "the ServiceAccount has a token for the cluster");
    if (standing.everywhere()) {
      return List.of(
          Conditions.met(READY, "InForce", "in force on every server"),
          bound,
          Conditions.met(IN_FORCE, "Confirmed", "every server confirmed it"));
    }
    String message =
        "%s servers confirmed it; the cluster's condition ConfigApplied says why not all"
            .formatted(standing);
    return List.of(
        Conditions.unmet(READY, "NotInForce", message),
        bound,
        Conditions.unmet(IN_FORCE, "NotConfirmed", message));
  }

  private static List<Condition> unbound(String reason, String message) {
    return List.of(
        Conditions.unmet(READY, reason, message),
        Conditions.unmet(BOUND, reason, message),
        Conditions.unmet(IN_FORCE, reason, message));
  }
}
