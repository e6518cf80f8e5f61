package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.natsoperator.role.Binding.Unissued;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenSecret;

/**
 * The next step on the way to another token that a role asks for: the Secret gets it beside the one
 * before, client pods are told, and some time later the one before goes and with it the logins that
 * it gave. All that is known of the way is in the Secret, so that any operator can go on with it.
 */
sealed interface TokenRotationStep {

  /** How long the token before stays: the time that kubelets need to show the new one. */
  Duration HOLD = Duration.ofSeconds(2);

  /** News of a pod may reach its kubelet before the Secret does, so each pod is told twice. */
  Duration SECOND_CALL = Duration.ofSeconds(1);

  /** Nobody asked, or all is done. */
  record Nothing() implements TokenRotationStep {}

  /** Issue another token and keep the one before. */
  record Begin() implements TokenRotationStep {}

  /**
   * Tell client pods, and look again.
   *
   * @param call what is written on the pods: new for each time they shall be told
   * @param pause until the next step
   */
  record Hold(String call, Duration pause) implements TokenRotationStep {}

  /** Take the token before out of the Secret. */
  record Finish() implements TokenRotationStep {}

  /**
   * Decides. A token before that does not say since when it is there, or says what cannot be, was
   * put there by somebody else: it does not stay.
   */
  static TokenRotationStep of(ObservedRole observed, Binding binding, Instant now) {
    if (binding instanceof Unissued || !binding.wantsToken(observed)) {
      return new Nothing();
    }
    return observed
        .tokenSecret()
        .filter(secret -> !TokenSecret.issuedForAnother(secret, observed.role()))
        .map(secret -> of(secret, observed.role().reissue(), now))
        .orElseGet(Nothing::new);
  }

  private static TokenRotationStep of(Secret secret, Optional<String> asked, Instant now) {
    if (PreviousToken.leftIn(secret)) {
      return PreviousToken.since(secret)
          .map(since -> of(since, Duration.between(since, now)))
          .orElseGet(Finish::new);
    }
    boolean answered = asked.isEmpty() || asked.equals(TokenSecret.reissued(secret));
    return answered ? new Nothing() : new Begin();
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
