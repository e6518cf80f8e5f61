package org.natsoperator.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The backoff of each cluster after a failed request. Meanwhile the cluster is reconciled more
 * often for pushes and revocations, which do not wait for it.
 */
final class RetryBackoff {

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private record Pause(Duration length, Instant end) {}

  private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

  boolean due(String clusterUid, Instant now) {
    Pause pause = pauses.get(clusterUid);
    return pause == null || !now.isBefore(pause.end());
  }

  void failed(String clusterUid, Instant now) {
    Pause before = pauses.get(clusterUid);
    Duration length = before == null ? FIRST : before.length().multipliedBy(2);
    Duration bounded = length.compareTo(LONGEST) > 0 ? LONGEST : length;
    pauses.put(clusterUid, new Pause(bounded, now.plus(bounded)));
  }

  void forget(String clusterUid) {
    pauses.remove(clusterUid);
  }

  void clear() {
    pauses.clear();
  }
}
