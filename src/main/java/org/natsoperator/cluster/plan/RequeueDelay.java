package org.natsoperator.cluster.plan;

import java.time.Duration;
import java.time.Instant;

/** The delay until a cluster is reconciled again without an event. */
public final class RequeueDelay {

  private static final Duration WHILE_PUSHING = Duration.ofMillis(50);
  private static final Duration WHILE_REVOKING = Duration.ofMillis(200);
  private static final Duration WHILE_WAITING = Duration.ofSeconds(1);

  /** The reason for which the API server rejects a pod triggers no event. */
  private static final Duration WHILE_REJECTED = Duration.ofSeconds(5);

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
      return observed.someSeekOthers()
          ? WHILE_WAITING
          : observed.lacksServers() ? WHILE_REJECTED : WHEN_ALL_IS_WELL;
    }
    Instant hotSince = now.minus(HOT);
    boolean hot = plan.pushes().values().stream().anyMatch(push -> push.lastAt().isAfter(hotSince));
    return hot ? WHILE_PUSHING : WHILE_WAITING;
  }
}
