package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.GrantsInForce.Standing;

/** What a role's status says. */
final class RoleConditions {

  static final String BOUND = "Bound";
  static final String IN_FORCE = "InForce";
  static final String READY = "Ready";

  private RoleConditions() {}

  /** The status of a bound role, without times. */
  static NatsServiceRoleStatus bound(ObservedRole observed, Bound bound, Standing standing) {
    return new NatsServiceRoleStatus(
        observed.role().getMetadata().getGeneration(),
        bound.grant().user(),
        observed.cluster().orElseThrow().getMetadata().getNamespace(),
        observed.identity().toString(),
        observed.secretName(),
        observed.tokenSecret().flatMap(RoleConditions::reissued).orElse(null),
        standing.toString(),
        bound(standing));
  }

  /** The status of a role that nobody can log in by, without times. */
  static NatsServiceRoleStatus unbound(NatsServiceRole role, Unbound unbound) {
    return new NatsServiceRoleStatus(
        role.getMetadata().getGeneration(),
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(
            Conditions.unmet(READY, unbound.reason(), unbound.message()),
            Conditions.unmet(BOUND, unbound.reason(), unbound.message()),
            Conditions.unmet(IN_FORCE, unbound.reason(), unbound.message())));
  }

  /** Not before the old token is on its way out. */
  private static Optional<String> reissued(Secret secret) {
    return PreviousToken.leftIn(secret) ? Optional.empty() : TokenSecret.reissued(secret);
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
}
