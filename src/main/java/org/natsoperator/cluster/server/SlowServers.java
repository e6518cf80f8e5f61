package org.natsoperator.cluster.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The servers that repeatedly use up the time for an answer. They are asked less often, since the
 * owner of a cluster chooses the image, and other clusters must not wait for it.
 */
final class SlowServers {

  /** One late answer is normal, such as during a collection of garbage. */
  private static final int TOLERATED = 2;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final int MOST_DOUBLINGS = 5;

  private record Silence(int count, Instant until) {}

  private final Map<String, Silence> byPodUid = new ConcurrentHashMap<>();

  /** Whether the server may be asked now. */
  boolean mayAsk(String podUid, Instant now) {
    Silence silence = byPodUid.get(podUid);
    return silence == null || !now.isBefore(silence.until());
  }

  /** Notes that the server answered in time, or rejected the connection at once. */
  void answered(String podUid) {
    byPodUid.remove(podUid);
  }

  /** Notes that the server used up its time. */
  void timedOut(String podUid, Instant now) {
    // Pods that were deleted are never asked again.
    byPodUid.values().removeIf(silence -> silence.until().isBefore(now.minus(LONGEST_PAUSE)));
    Silence before = byPodUid.get(podUid);
    int count = before == null ? 1 : before.count() + 1;
    byPodUid.put(podUid, new Silence(count, now.plus(pause(count))));
  }

  int size() {
    return byPodUid.size();
  }

  private static Duration pause(int count) {
    if (count < TOLERATED) {
      return Duration.ZERO;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(count - TOLERATED, MOST_DOUBLINGS));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }
}
