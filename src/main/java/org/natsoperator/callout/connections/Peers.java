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

  /** Of ten replicas with two connections each. */
  private static final int MAX_PEERS = 20;

  private record Heartbeat(String replica, boolean healthy, Instant time) {}

  private final Map<Key, Heartbeat> lastHeard = new ConcurrentHashMap<>();
  private volatile Instant lastCheck;

  public Peers(Instant now) {
    lastCheck = now;
  }

  /**
   * Records a heartbeat of a replica through one of its connections.
   *
   * @param healthy whether that replica reaches the API server
   */
  public void heard(Key connection, String replica, boolean healthy, Instant now) {
    if (lastHeard.size() < MAX_PEERS || lastHeard.containsKey(connection)) {
      lastHeard.put(connection, new Heartbeat(replica, healthy, now));
    }
  }

  /** The number of replicas that reach the API server and do not hang. */
  public int count() {
    return (int)
        lastHeard.values().stream()
            .filter(Heartbeat::healthy)
            .map(Heartbeat::replica)
            .distinct()
            .count();
  }

  /** The connections of replicas that hang, each once; call it at every {@link #INTERVAL}. */
  public List<Key> silent(Instant now) {
    boolean late = Duration.between(lastCheck, now).compareTo(LONGEST_PAUSE) > 0;
    lastCheck = now;
    if (late) {
      lastHeard.replaceAll(
          (connection, last) -> new Heartbeat(last.replica(), last.healthy(), now));
    }
    List<Key> silent =
        lastHeard.entrySet().stream()
            .filter(
                peer ->
                    Duration.between(peer.getValue().time(), now).compareTo(LONGEST_SILENCE) > 0)
            .map(Map.Entry::getKey)
            .toList();
    lastHeard.keySet().removeAll(silent);
    return silent;
  }
}
