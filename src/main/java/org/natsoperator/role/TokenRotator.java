package org.natsoperator.role;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Goes the way of {@link TokenRotationStep}, one step at a time. */
@Component
class TokenRotator {

  private static final Logger LOG = LoggerFactory.getLogger(TokenRotator.class);
  private static final Duration NEXT_STEP = Duration.ofMillis(10);

  private final TokenIssuer issuer;
  private final ClientPodNotifier clientPods;
  private final Clock clock;

  TokenRotator(TokenIssuer issuer, ClientPodNotifier clientPods, Clock clock) {
    this.issuer = issuer;
    this.clientPods = clientPods;
    this.clock = clock;
  }

  /**
   * Does what is to be done now.
   *
   * @return when to look again; empty if nothing is left to be done, or an event will tell
   */
  Optional<Duration> step(ObservedRole observed, Binding binding) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return switch (TokenRotationStep.of(observed, binding, now)) {
      case TokenRotationStep.Nothing nothing -> Optional.empty();
      case TokenRotationStep.Begin begin -> {
        LOG.info("Issuing another token for {}: it was asked for", observed.identity());
        yield next(issuer.renew(observed, now));
      }
      case TokenRotationStep.Hold hold -> {
        clientPods.triggerKubeletSync(observed, hold.call());
        yield Optional.of(hold.pause());
      }
      case TokenRotationStep.Finish finish -> {
        LOG.info("Withdrawing the token before of {}", observed.identity());
        yield next(issuer.dropPrevious(observed));
      }
    };
  }

  /** What was overtaken is left to the event that tells of it. */
  private static Optional<Duration> next(boolean written) {
    return written ? Optional.of(NEXT_STEP) : Optional.empty();
  }
}
