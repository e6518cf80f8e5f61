package org.natsoperator.callout;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The times of the API server's answers and failures. */
final class ApiServerContact {

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(500);

  private volatile Instant lastAnswer = Instant.EPOCH;
  private volatile Instant lastFailure = Instant.EPOCH;
  private volatile Optional<Instant> failingSince = Optional.empty();

  /** Records an answer to any request. */
  void answered(Instant now) {
    lastAnswer = now;
  }

  /** Records an answer about a token. */
  synchronized void answeredAboutToken(Instant now) {
    answered(now);
    failingSince = Optional.empty();
  }

  /** Records that a question about a token had no answer, or a late one. */
  synchronized void failed(Instant now) {
    lastFailure = now;
    failingSince = Optional.of(failingSince.orElse(lastFailure));
  }

  /** Records a question that waited less than usual, unless another one has had an answer since. */
  synchronized void failedAgain(Instant now) {
    if (isFailing()) {
      failed(now);
    }
  }

  /** The time of the last answer to anything. */
  Instant lastAnswer() {
    return lastAnswer;
  }

  /** The time until which questions about tokens had answers: now, or the first failure. */
  Instant answeredUntil(Instant now) {
    return failingSince.orElse(now);
  }

  /** Whether the last question about a token had no answer. */
  boolean isFailing() {
    return failingSince.isPresent();
  }

  /** Whether the last failure was so recent that the next request would only wait, too. */
  boolean failedJustNow(Instant now) {
    return Duration.between(lastFailure, now).compareTo(PAUSE_AFTER_FAILURE) < 0;
  }
}
