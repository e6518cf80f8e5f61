package org.natsoperator.callout;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits the logins that are decided at a time, so that one cluster leaves places to the others.
 */
final class LoginPlaces {

  static final int MOST = 1_000;
  static final int MOST_PER_CLUSTER = 200;

  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  /** Takes a place for the cluster with this UID, unless there is none. */
  synchronized boolean enter(String cluster) {
    int own = taken.getOrDefault(cluster, 0);
    if (all == MOST || own == MOST_PER_CLUSTER) {
      return false;
    }
    taken.put(cluster, own + 1);
    all++;
    return true;
  }

  /** Frees a place. */
  synchronized void leave(String cluster) {
    taken.computeIfPresent(cluster, (uid, own) -> own == 1 ? null : own - 1);
    all--;
  }
}
