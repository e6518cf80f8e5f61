package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.NatsApi;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.validation.FieldError;

/**
 * The condition CalloutReady: whether the operator answers the logins of servers that ask it. It
 * contains nothing that changes with a login.
 */
public final class CalloutCondition {

  static final String TYPE = "CalloutReady";

  private static final int MOST_PODS_NAMED = 10;

  private CalloutCondition() {}

  /** The condition; empty if no server is meant to ask the operator. */
  static Optional<Condition> of(ObservedCluster observed) {
    return TokenSwitch.wantsCallout(observed) ? Optional.of(condition(observed)) : Optional.empty();
  }

  /** Whether servers ask the operator about logins and get no answer. */
  public static boolean leavesLoginsUnanswered(ObservedCluster observed) {
    return of(observed).filter(condition -> !Conditions.isMet(condition)).isPresent();
  }

  private static Condition condition(ObservedCluster observed) {
    Optional<FieldError> mistake = RecordedCalloutKeys.mistake(observed);
    if (mistake.isPresent()) {
      return Conditions.unmet(TYPE, ClusterReasons.KEYS_INVALID, mistake.get().message());
    }
    int replicas = observed.callout().replicas();
    if (replicas == 0) {
      return Conditions.unmet(
          TYPE,
          ClusterReasons.NO_REPLICA,
          "the leader of the operator is not connected to the servers, and does not see another"
              + " replica that is; new logins on servers that ask the operator wait, and working"
              + " servers are not changed to ask it; if this lasts, see the operator's log, and"
              + " allow its connections to port 4222 of the servers");
    }
    if (TokenSwitch.waits(observed)) {
      return Conditions.met(
          TYPE, ClusterReasons.WAITING_FOR_PODS, waiting(observed.callout().pods()));
    }
    return Conditions.met(
        TYPE,
        ClusterReasons.LOGINS_ANSWERED,
        "%d %s of the operator can answer logins"
            .formatted(replicas, replicas == 1 ? "replica" : "replicas"));
  }

  private static String waiting(Optional<List<String>> pods) {
    String named =
        pods.map(
                names ->
                    "%d pods with projected tokens: %s%s"
                        .formatted(
                            names.size(),
                            names.stream()
                                .sorted()
                                .limit(MOST_PODS_NAMED)
                                .collect(Collectors.joining(", ")),
                            names.size() > MOST_PODS_NAMED ? ", …" : ""))
            .orElse("the list of client pods");
    return "spec.auth.serviceAccountTokens: the change to BoundSecret waits for %s; recreate the pods, or set the annotation %s"
        .formatted(named, NatsApi.FORCE_SWITCH_ANNOTATION);
  }
}
