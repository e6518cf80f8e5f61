package org.natsoperator.cluster.plan;

import java.time.Duration;
import java.time.Instant;
import org.natsoperator.cluster.observed.ObservedCluster;

/** The delay until a cluster is reconciled again without an event. */
public final class RequeueDelay {

  private static final Duration WHILE_PUSHING = Duration.ofMillis(50);
  private static final Duration WHILE_REVOKING = Duration.ofMillis(200);
  private static final Duration WHILE_WAITING = Duration.ofSeconds(1);

  /** The reason for which the API server rejects a pod triggers no event. */
  private static final Duration WHILE_REJECTED = Duration.ofSeconds(5);

  /** The end of a client pod triggers no reconciliation of its cluster. */
  private static final Duration WHILE_SWITCHING = Duration.ofSeconds(5);

  private static final Duration HOT = Duration.ofSeconds(3);
  private static final Duration WHEN_ALL_IS_WELL = Duration.ofMinutes(1);

  private RequeueDelay() {}

  /**
   * @param revoking whether connections of leaving servers must be closed
   */
  public static Duration in(
      ObservedCluster observed, PushPlan plan, boolean revoking, Instant now) {
    if (revoking) {
      return WHILE_REVOKING;
    }
    if (plan.confirmed()) {
      return whenConfirmed(observed);
    }
    Instant hotSince = now.minus(HOT);
    boolean hot = plan.pushes().values().stream().anyMatch(push -> push.lastAt().isAfter(hotSince));
    return hot ? WHILE_PUSHING : WHILE_WAITING;
  }

  private static Duration whenConfirmed(ObservedCluster observed) {
    if (observed.someSeekOthers()) {
      return WHILE_WAITING;
    }
    if (observed.lacksServers()) {
      return WHILE_REJECTED;
    }
    return TokenSwitch.waits(observed) ? WHILE_SWITCHING : WHEN_ALL_IS_WELL;
  }
}
