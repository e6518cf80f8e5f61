package org.natsoperator.role;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Spreads the token rotations that a cluster requests for all its roles. Otherwise all clients of
 * the cluster would reconnect at the same time, and a cluster of many roles would occupy the API
 * server. Each cluster has its own turns, so that one cannot delay another.
 */
final class ReissueSchedule {

  /** Time between the turns of two roles of one cluster. */
  static final Duration INTERVAL = Duration.ofMillis(200);

  /** Roles that are deleted before their turn are forgotten this time after it. */
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  private final Map<String, Instant> turnByRole = new HashMap<>();
  private final Map<String, Instant> nextTurnByCluster = new HashMap<>();

  /** The time until the role may begin; zero once for each turn. The first call reserves a turn. */
  synchronized Duration untilTurn(String role, String cluster, Instant now) {
    if (!turnByRole.containsKey(role)) {
      turnByRole.values().removeIf(unused -> unused.isBefore(now.minus(REMEMBERED)));
      turnByRole.put(role, reserve(cluster, now));
    }
    Instant turn = turnByRole.get(role);
    if (turn.isAfter(now)) {
      return Duration.between(now, turn);
    }
    turnByRole.remove(role);
    return Duration.ZERO;
  }

  /** Removes the turn of a role that needs none, so that it cannot be used for a later request. */
  synchronized void remove(String role) {
    turnByRole.remove(role);
  }

  synchronized int size() {
    return turnByRole.size() + nextTurnByCluster.size();
  }

  private Instant reserve(String cluster, Instant now) {
    nextTurnByCluster.values().removeIf(next -> !next.isAfter(now));
    Instant turn = nextTurnByCluster.getOrDefault(cluster, now);
    nextTurnByCluster.put(cluster, turn.plus(INTERVAL));
    return turn;
  }
}
