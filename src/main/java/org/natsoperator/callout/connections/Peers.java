package org.natsoperator.callout.connections;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.natsoperator.callout.connections.ConnectionIndex.Key;

/**
 * The connections of the other replicas to one cluster, by the times of their heartbeats. A replica
 * that hangs keeps its place in the queue group: servers notice a dead client only after minutes.
 */
public final class Peers {

  /** The time between two heartbeats of a replica. */
  public static final Duration INTERVAL = Duration.ofMillis(300);

  /** Three heartbeats are missing. */
  static final Duration LONGEST_SILENCE = INTERVAL.multipliedBy(3).plusMillis(100);

  /** A replica that was late itself cannot judge others. */
  static final Duration LONGEST_PAUSE = INTERVAL.multipliedBy(2);

  private static final int MAX_PEERS = 20;

  private final Map<Key, Instant> lastHeard = new ConcurrentHashMap<>();
  private volatile Instant lastCheck;

  public Peers(Instant now) {
    lastCheck = now;
  }

  /** Records a heartbeat of the replica with this connection. */
  public void heard(Key connection, Instant now) {
    if (lastHeard.size() < MAX_PEERS || lastHeard.containsKey(connection)) {
      lastHeard.put(connection, now);
    }
  }

  /** The number of replicas that do not hang. */
  public int count() {
    return lastHeard.size();
  }

  /** The connections of replicas that hang, each once; call it at every {@link #INTERVAL}. */
  public List<Key> silent(Instant now) {
    boolean late = Duration.between(lastCheck, now).compareTo(LONGEST_PAUSE) > 0;
    lastCheck = now;
    if (late) {
      lastHeard.replaceAll((connection, time) -> now);
    }
    List<Key> silent =
        lastHeard.entrySet().stream()
            .filter(peer -> Duration.between(peer.getValue(), now).compareTo(LONGEST_SILENCE) > 0)
            .map(Map.Entry::getKey)
            .toList();
    lastHeard.keySet().removeAll(silent);
    return silent;
  }
}
