package org.natsoperator.cluster.plan;

import java.util.Optional;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/** The last request of a cluster for new tokens that every role and every server has fulfilled. */
final class CompletedReissue {

  private CompletedReissue() {}

  /**
   * The current request if it is complete, otherwise that of the status; null without one.
   *
   * @param confirmed whether every server confirmed its configuration
   */
  static String of(ObservedCluster observed, boolean confirmed) {
    NatsCluster cluster = observed.cluster();
    boolean complete =
        confirmed && observed.roles().stream().noneMatch(CompletedReissue::isPending);
    return cluster
        .reissue()
        .filter(request -> complete)
        .or(() -> Optional.ofNullable(cluster.getStatus()).map(NatsClusterStatus::reissued))
        .orElse(null);
  }

  /** A role whose Secret belongs to another role has no token. */
  private static boolean isPending(ObservedRole role) {
    return role.tokenSecret()
        .filter(secret -> !TokenSecret.issuedForAnother(secret, role.role()))
        .filter(
            secret ->
                PreviousToken.leftIn(secret) || role.reissueRequests().isPendingByCluster(secret))
        .isPresent();
  }
}
