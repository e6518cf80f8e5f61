package org.natsoperator.cluster.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.natsoperator.cluster.observed.ObservedCluster;

/** The delay until a cluster is reconciled again without an event. */
public final class RequeueDelay {

  /** In milliseconds. */
  private static final long SHORTEST_WHILE_PUSHING = 50;

  private static final long LONGEST_WHILE_PUSHING = 5_000;

  /** Between these, a confirmation is noticed late by at most this part of its time. */
  private static final int PART = 20;

  private static final Duration WHILE_REVOKING = Duration.ofMillis(200);
  private static final Duration WHILE_ISOLATED = Duration.ofSeconds(1);

  /** The reason for which the API server rejects a pod triggers no event. */
  private static final Duration WHILE_REJECTED = Duration.ofSeconds(5);

  /** The end of a client pod triggers no reconciliation of its cluster. */
  private static final Duration WHILE_SWITCHING = Duration.ofSeconds(5);

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
    return whilePushing(plan, now);
  }

  /** The oldest push counts: the owner of a cluster chooses the image, and what it confirms. */
  private static Duration whilePushing(PushPlan plan, Instant now) {
    Instant start =
        plan.pushes().values().stream()
            .filter(push -> !push.confirmed())
            .map(Push::startedAt)
            .min(Comparator.naturalOrder())
            .orElse(now);
    long millis = Duration.between(start, now).toMillis() / PART;
    return Duration.ofMillis(Math.clamp(millis, SHORTEST_WHILE_PUSHING, LONGEST_WHILE_PUSHING));
  }

  private static Duration whenConfirmed(ObservedCluster observed) {
    if (observed.someSeekOthers()) {
      return WHILE_ISOLATED;
    }
    if (observed.lacksServers()) {
      return WHILE_REJECTED;
    }
    return TokenSwitch.waits(observed) ? WHILE_SWITCHING : WHEN_ALL_IS_WELL;
  }
}
