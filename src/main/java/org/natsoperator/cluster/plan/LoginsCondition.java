package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.Optional;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.server.ObservedRefusals;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.kubernetes.Conditions;

/**
 * The condition LoginsAccepted: whether servers refused logins repeatedly. It contains no number
 * and no name, and becomes True at most once in ten minutes: clients choose both.
 */
final class LoginsCondition {

  static final String TYPE = "LoginsAccepted";

  private LoginsCondition() {}

  /** The condition; empty if servers accept every login or do not report refused ones. */
  static Optional<Condition> of(ObservedCluster observed, Instant now) {
    NatsCluster cluster = observed.cluster();
    boolean reported =
        ServerVersion.parse(cluster.getSpec().version())
            .filter(ServerVersion::answersOperator)
            .isPresent();
    return cluster.getSpec().auth().enableServiceAccounts() && reported
        ? Optional.of(condition(refuses(observed, now)))
        : Optional.empty();
  }

  /** A new leader does not know what another one counted, so the last condition stays at first. */
  private static boolean refuses(ObservedCluster observed, Instant now) {
    boolean before = refused(observed.cluster());
    return observed
        .refusals()
        .map(refusals -> last(refusals, before))
        .map(last -> last.filter(at -> now.isBefore(at.plus(ObservedRefusals.MEMORY))).isPresent())
        .orElse(before);
  }

  private static Optional<Instant> last(ObservedRefusals refusals, boolean before) {
    return refusals.areRepeated() || before
        ? refusals.last().or(() -> Optional.of(refusals.since()))
        : Optional.empty();
  }

  private static boolean refused(NatsCluster cluster) {
    return cluster.getStatus() != null
        && Conditions.reason(cluster.getStatus().conditions(), TYPE)
            .equals(ClusterReasons.LOGINS_REFUSED);
  }

  private static Condition condition(boolean refuses) {
    return refuses
        ? Conditions.unmet(
            TYPE,
            ClusterReasons.LOGINS_REFUSED,
            "servers repeatedly refuse logins, for example with a token that was replaced or"
                + " withdrawn; make clients read the token file at each connect (see"
                + " docs/failures.md); the logs of the servers name the users")
        : Conditions.met(
            TYPE, ClusterReasons.NONE_REFUSED, "the operator observes no repeated refusals");
  }
}
