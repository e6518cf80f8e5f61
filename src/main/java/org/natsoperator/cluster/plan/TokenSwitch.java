package org.natsoperator.cluster.plan;

import java.util.List;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;

/**
 * A change of the source of tokens. A change back to tokens of Secrets waits for pods with
 * projected tokens, since servers with a list of users would reject these.
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
}
