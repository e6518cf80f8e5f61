package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.ReissueRequests;
import org.natsoperator.token.TokenSecret;

/**
 * The next step of a token rotation that a role or its cluster requests. The Secret gets the new
 * token next to the previous one, client pods are annotated, and later the previous token and its
 * logins are removed. The Secret contains the whole state, so that any replica can continue.
 */
sealed interface TokenRotationStep {

  /** How long the previous token stays: kubelets need this time to mount the new one. */
  Duration HOLD = Duration.ofSeconds(2);

  /** The pod's change may reach its kubelet before the Secret does, so pods are annotated twice. */
  Duration SECOND_CALL = Duration.ofSeconds(1);

  /** No rotation is requested, or it is complete. */
  record Nothing() implements TokenRotationStep {}

  /**
   * Issue another token and keep the previous one.
   *
   * @param forCluster whether only the cluster requests it, for all its roles
   */
  record Begin(boolean forCluster) implements TokenRotationStep {}

  /**
   * Annotate client pods, and reconcile again.
   *
   * @param call value of the annotation, which differs each time
   * @param pause until the next step
   */
  record Hold(String call, Duration pause) implements TokenRotationStep {}

  /** Remove the previous token from the Secret. */
  record Finish() implements TokenRotationStep {}

  /**
   * Decides. A previous token without a valid time was written by another client and is removed.
   */
  static TokenRotationStep of(ObservedRole observed, Binding binding, Instant now) {
    if (binding instanceof Unissued || !binding.wantsToken(observed)) {
      return new Nothing();
    }
    return observed
        .tokenSecret()
        .filter(secret -> !TokenSecret.issuedForAnother(secret, observed.role()))
        .map(secret -> of(secret, observed.reissueRequests(), now))
        .orElseGet(Nothing::new);
  }

  private static TokenRotationStep of(Secret secret, ReissueRequests requests, Instant now) {
    if (PreviousToken.leftIn(secret)) {
      return PreviousToken.since(secret)
          .map(since -> of(since, Duration.between(since, now)))
          .orElseGet(Finish::new);
    }
    if (requests.isPendingByRole(secret)) {
      return new Begin(false);
    }
    return requests.isPendingByCluster(secret) ? new Begin(true) : new Nothing();
  }

  private static TokenRotationStep of(Instant since, Duration elapsed) {
    if (elapsed.isNegative() || elapsed.compareTo(HOLD) >= 0) {
      return new Finish();
    }
    boolean first = elapsed.compareTo(SECOND_CALL) < 0;
    Duration until = first ? SECOND_CALL : HOLD;
    return new Hold(since + (first ? "/1" : "/2"), until.minus(elapsed));
  }
}
