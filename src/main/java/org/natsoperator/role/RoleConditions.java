package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.NatsServiceRoleStatus;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.role.Binding.Bound;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.role.GrantPropagation.Propagation;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.ReissueRequests;

/** The status of a role and its conditions. */
public final class RoleConditions {

  static final String BOUND = "Bound";
  static final String IN_FORCE = "InForce";
  static final String READY = "Ready";

  public static final String TOKEN_ISSUED = "TokenIssued";
  public static final String POD_TOKENS = "PodTokens";
  public static final String CONFIRMED = "Confirmed";
  public static final String NOT_CONFIRMED = "NotConfirmed";

  private static final String EVERYWHERE = "in force on every server";
  private static final String WITHOUT_LIMITS =
      EVERYWHERE
          + ", except spec.limits, which has an effect only in clusters with projected tokens";

  private RoleConditions() {}

  /** The status of a bound role, without times. */
  static NatsServiceRoleStatus bound(ObservedRole observed, Bound bound, Propagation propagation) {
    return new NatsServiceRoleStatus(
        observed.role().getMetadata().getGeneration(),
        bound.grant().user(),
        observed.cluster().orElseThrow().getMetadata().getNamespace(),
        observed.identity().toString(),
        observed.secretName(),
        reissued(observed).orElse(null),
        propagation.toString(),
        bound(propagation, observed.role().getSpec().limits().equals(RoleLimits.NONE)));
  }

  /**
   * The status of a role whose pods log in with tokens of their own, without times. The operator
   * reads the role at each login, so it is in force when the cluster has servers.
   */
  static NatsServiceRoleStatus withPodTokens(ObservedRole observed) {
    NatsCluster cluster = observed.cluster().orElseThrow();
    return new NatsServiceRoleStatus(
        observed.role().getMetadata().getGeneration(),
        observed.identity() + "/*",
        cluster.getMetadata().getNamespace(),
        observed.identity().toString(),
        observed.tokenSecret().map(secret -> secret.getMetadata().getName()).orElse(null),
        (observed.tokenSecret().isPresent() ? reissued(observed) : observed.role().reissue())
            .orElse(null),
        null,
        withPodTokens(cluster.getStatus() != null));
  }

  /** The request that the token in the Secret fulfills; not before the rotation ends. */
  private static Optional<String> reissued(ObservedRole observed) {
    return observed
        .tokenSecret()
        .filter(secret -> !PreviousToken.leftIn(secret))
        .flatMap(secret -> ReissueRequests.fulfilledBy(secret).byRole());
  }

  private static List<Condition> withPodTokens(boolean servers) {
    Condition bound =
        Conditions.met(BOUND, POD_TOKENS, "pods of the ServiceAccount have tokens of their own");
    if (servers) {
      return List.of(
          Conditions.met(READY, RoleReasons.IN_FORCE, "in force at each login"),
          bound,
          Conditions.met(IN_FORCE, CONFIRMED, "the operator applies the role at each login"));
    }
    String message = "the operator has not created the servers of the cluster yet";
    return List.of(
        Conditions.unmet(READY, RoleReasons.NOT_IN_FORCE, message),
        bound,
        Conditions.unmet(IN_FORCE, NOT_CONFIRMED, message));
  }

  /** The status of a role without a login, without times. */
  static NatsServiceRoleStatus unbound(NatsServiceRole role, Unbound unbound) {
    return new NatsServiceRoleStatus(
        role.getMetadata().getGeneration(),
        null,
        null,
        null,
        null,
        null,
        null,
        Stream.of(READY, BOUND, IN_FORCE)
            .map(type -> Conditions.unmet(type, unbound.reason(), unbound.message()))
            .toList());
  }

  /**
   * Whether a role is in force for the first time since it was bound, not again after a server was
   * added.
   *
   * @param before null if there was none
   */
  static boolean cameIntoForce(NatsServiceRoleStatus before, NatsServiceRoleStatus now) {
    if (!isMet(now, READY) || before == null || !isMet(before, BOUND)) {
      return isMet(now, READY);
    }
    return !isMet(before, IN_FORCE) && since(before, IN_FORCE).compareTo(since(before, BOUND)) <= 0;
  }

  private static boolean isMet(NatsServiceRoleStatus status, String type) {
    return find(status, type).filter(Conditions::isMet).isPresent();
  }

  /** Times of this form sort like their texts. */
  private static String since(NatsServiceRoleStatus status, String type) {
    return find(status, type).map(Condition::getLastTransitionTime).orElse("");
  }

  private static Optional<Condition> find(NatsServiceRoleStatus status, String type) {
    return status.conditions().stream()
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }

  private static List<Condition> bound(Propagation propagation, boolean complete) {
    Condition bound =
        Conditions.met(BOUND, TOKEN_ISSUED, "the ServiceAccount has a token for the cluster");
    if (propagation.everywhere()) {
      return List.of(
          Conditions.met(READY, RoleReasons.IN_FORCE, complete ? EVERYWHERE : WITHOUT_LIMITS),
          bound,
          Conditions.met(IN_FORCE, CONFIRMED, "every server has confirmed the role"));
    }
    if (propagation.limit().isPresent()) {
      String limit = propagation.limit().get();
      return List.of(
          Conditions.unmet(READY, RoleReasons.CHANGE_DOES_NOT_FIT, limit),
          bound,
          Conditions.unmet(IN_FORCE, RoleReasons.CHANGE_DOES_NOT_FIT, limit));
    }
    String message =
        "%s servers have confirmed the role; see the condition ConfigApplied of the cluster"
            .formatted(propagation);
    return List.of(
        Conditions.unmet(READY, RoleReasons.NOT_IN_FORCE, message),
        bound,
        Conditions.unmet(IN_FORCE, NOT_CONFIRMED, message));
  }
}
