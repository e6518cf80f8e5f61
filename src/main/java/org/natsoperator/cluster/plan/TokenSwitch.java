package org.natsoperator.cluster.plan;

import java.util.List;
import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;

/**
 * A change of the source of tokens. A change to projected tokens waits for a replica of the
 * operator that answers logins. A change back to tokens of Secrets waits for pods with projected
 * tokens, since servers with a list of users would reject these.
 */
final class TokenSwitch {

  private TokenSwitch() {}

  /** Whether new servers ask the operator about logins. */
  static boolean wantsCallout(ObservedCluster observed) {
    return observed.cluster().getSpec().auth().usesProjectedTokens() || waits(observed);
  }

  /** Whether servers still ask the operator only because of pods. */
  static boolean waits(ObservedCluster observed) {
    NatsCluster cluster = observed.cluster();
    return !cluster.getSpec().auth().usesProjectedTokens()
        && cluster.getSpec().auth().enableServiceAccounts()
        && cluster.mayAskOperator()
        && !cluster.forcesTokenSwitch()
        && observed.callout().pods().filter(List::isEmpty).isEmpty()
        && observed.servers().stream().anyMatch(observed::asksOperator);
  }

  /**
   * The obstacle to replacing a server with one that asks the operator. If no server admits the
   * operator, one must be replaced before a replica can connect. A server that is not ready does
   * not wait, since its newest template may correct it.
   */
  static Optional<String> obstacleToReplacing(ObservedServer server, ObservedCluster observed) {
    boolean unanswered =
        wantsCallout(observed)
            && observed.callout().replicas() == 0
            && server.ready()
            && !observed.asksOperator(server)
            && observed.ready().stream().anyMatch(observed::admitsOperator);
    return unanswered
        ? Optional.of(
            "a replica of the operator that answers logins; see the condition CalloutReady")
        : Optional.empty();
  }
}
