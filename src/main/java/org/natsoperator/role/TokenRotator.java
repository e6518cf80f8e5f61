package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.token.PreviousToken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Carries out each {@link TokenRotationStep}. */
@Component
class TokenRotator {

  private static final Logger LOG = LoggerFactory.getLogger(TokenRotator.class);
  private static final Duration NEXT_STEP = Duration.ofMillis(10);

  /** A namespace with thousands of client pods needs more time than the usual pause. */
  private static final Duration WHILE_TRIGGERING = Duration.ofMillis(200);

  private final TokenIssuer issuer;
  private final ClientPodNotifier clientPods;
  private final Clock clock;
  private final ReissueSchedule schedule = new ReissueSchedule();
  private final RotationProgress progress = new RotationProgress();

  TokenRotator(TokenIssuer issuer, ClientPodNotifier clientPods, Clock clock) {
    this.issuer = issuer;
    this.clientPods = clientPods;
    this.clock = clock;
  }

  /** Takes the next step; returns the delay until the following one if no event triggers it. */
  Optional<Duration> step(ObservedRole observed, Binding binding) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return switch (TokenRotationStep.of(observed, binding, timeOfStep(observed, now))) {
      case TokenRotationStep.Nothing nothing -> {
        schedule.remove(uid(observed.role()));
        yield Optional.empty();
      }
      case TokenRotationStep.Begin(boolean forCluster) -> begin(observed, forCluster, now);
      case TokenRotationStep.Hold hold -> {
        clientPods.triggerKubeletSync(observed.client(), hold.call());
        yield Optional.of(hold.pause());
      }
      case TokenRotationStep.Finish finish when clientPods.isTriggering(observed.client()) ->
          Optional.of(WHILE_TRIGGERING);
      case TokenRotationStep.Finish finish -> {
        LOG.atInfo()
            .addKeyValue(ObjectName.KEY, ObjectName.of(observed.role()))
            .log("Revoking the previous token");
        yield next(issuer.dropPrevious(observed));
      }
    };
  }

  /** A time in the future is not one of this operator. */
  private Instant timeOfStep(ObservedRole observed, Instant now) {
    String role = uid(observed.role());
    Optional<Instant> since =
        observed.tokenSecret().flatMap(PreviousToken::since).filter(start -> !start.isAfter(now));
    if (since.isEmpty()) {
      progress.remove(role);
    }
    return since.map(start -> progress.time(role, start, now)).orElse(now);
  }

  private Optional<Duration> begin(ObservedRole observed, boolean forCluster, Instant now) {
    if (forCluster) {
      String cluster = uid(observed.cluster().orElseThrow());
      Duration wait = schedule.untilTurn(uid(observed.role()), cluster, now);
      if (wait.isPositive()) {
        return Optional.of(wait);
      }
    }
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(observed.role()))
        .log("Rotating the token");
    return next(issuer.renew(observed, now));
  }

  private static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }

  /** After a conflict, the event of the other write triggers the reconciliation. */
  private static Optional<Duration> next(boolean written) {
    return written ? Optional.of(NEXT_STEP) : Optional.empty();
  }
}
