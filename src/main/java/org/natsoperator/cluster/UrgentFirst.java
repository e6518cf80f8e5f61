package org.natsoperator.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Postpones the other changes of a cluster while a push or a revocation is urgent: at first for two
 * seconds, since most servers confirm a push sooner, and after a failed request with a backoff.
 * Meanwhile the cluster is reconciled more often for what is urgent.
 */
final class UrgentFirst {

  /** Bounded, since a user could edit a role all the time. */
  private static final Duration ALONE = Duration.ofSeconds(2);

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private record Pause(Duration length, Instant end) {}

  private final Map<String, Pause> pauses = new ConcurrentHashMap<>();
  private final Map<String, Instant> urgentSince = new ConcurrentHashMap<>();

  /**
   * Whether the other changes are due now.
   *
   * @param urgent whether a push or a revocation is urgent
   */
  boolean othersDue(String clusterUid, boolean urgent, Instant now) {
    if (!urgent) {
      urgentSince.remove(clusterUid);
      return true;
    }
    Instant since = urgentSince.computeIfAbsent(clusterUid, uid -> now);
    Pause pause = pauses.get(clusterUid);
    return !now.isBefore(since.plus(ALONE)) && (pause == null || !now.isBefore(pause.end()));
  }

  void failed(String clusterUid, Instant now) {
    Pause before = pauses.get(clusterUid);
    Duration length = before == null ? FIRST : before.length().multipliedBy(2);
    Duration bounded = length.compareTo(LONGEST) > 0 ? LONGEST : length;
    pauses.put(clusterUid, new Pause(bounded, now.plus(bounded)));
  }

  void succeeded(String clusterUid) {
    pauses.remove(clusterUid);
  }

  void forget(String clusterUid) {
    pauses.remove(clusterUid);
    urgentSince.remove(clusterUid);
  }

  void clear() {
    pauses.clear();
    urgentSince.clear();
  }
}
