package org.natsoperator.callout;

import java.util.HashMap;
import java.util.Map;

/**
 * A number of places that all clusters share. A cluster may take as many as it leaves free, so one
 * cluster takes at most half of them. If several clusters need more, they approach equal shares,
 * and such a share stays free.
 */
final class ClusterPlaces {

  private final int most;
  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  /**
   * @param most the number of places for all clusters
   */
  ClusterPlaces(int most) {
    this.most = most;
  }

  /** Takes places for a cluster, unless too few are free. */
  synchronized boolean enter(String cluster, int count) {
    int own = taken.getOrDefault(cluster, 0) + count;
    if (own > most - all - count) {
      return false;
    }
    taken.put(cluster, own);
    all += count;
    return true;
  }

  /** Frees places that the cluster has taken. */
  synchronized void leave(String cluster, int count) {
    taken.computeIfPresent(cluster, (uid, own) -> own == count ? null : own - count);
    all -= count;
  }
}
