package org.natsoperator.cluster.plan;

import java.time.Duration;
import java.time.Instant;

/** How soon a cluster is looked at again if no event asks for it before. */
public final class RequeueDelay {

  private static final Duration WHILE_PUSHING = Duration.ofMillis(50);
  private static final Duration WHILE_REVOKING = Duration.ofMillis(200);
  private static final Duration WHILE_WAITING = Duration.ofSeconds(1);
  private static final Duration HOT = Duration.ofSeconds(3);
  private static final Duration WHEN_ALL_IS_WELL = Duration.ofMinutes(1);

  private RequeueDelay() {}

  /**
   * @param revoking whether connections are to be closed at servers that are leaving
   */
  public static Duration in(
      ObservedCluster observed, PushPlan plan, boolean revoking, Instant now) {
    if (revoking) {
      return WHILE_REVOKING;
    }
    if (plan.confirmed()) {
      return observed.someSeekOthers() ? WHILE_WAITING : WHEN_ALL_IS_WELL;
    }
    Instant hotSince = now.minus(HOT);
    boolean hot = plan.pushes().values().stream().anyMatch(push -> push.lastAt().isAfter(hotSince));
    return hot ? WHILE_PUSHING : WHILE_WAITING;
  }
}
