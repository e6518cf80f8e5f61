package org.natsoperator.callout.connections;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * The connections of one cluster that the operator admitted. Events of the servers add and remove
 * them; lists of the servers repair what events miss.
 */
public final class ConnectionIndex {

  /** A connection takes up to 2 KiB, so all of them take at most a quarter of the heap. */
  static final int MAX_CONNECTIONS =
      (int) Math.min(50_000, Runtime.getRuntime().maxMemory() / (4 * 2 << 10));

  /** A connection that so many lists in a row do not contain has ended. */
  private static final int MISSED_LISTS = 2;

  /** A connection, by its server and its number there. */
  public record Key(String serverId, long cid) {}

  /** A connection and what its login depended on. */
  public record Entry(Key key, ConnectionTags login) {}

  private record Seen(Entry entry, long list) {}

  private final Map<Key, Seen> connections = new ConcurrentHashMap<>();
  private final IntSupplier clusters;
  private final Runnable onOverflow;
  private final AtomicBoolean overflowing = new AtomicBoolean();
  private volatile long list;

  /**
   * @param clusters number of clusters, which share the memory for connections equally: servers can
   *     be any programs, and one cluster must not take the place of the others
   * @param onOverflow called once for each list with connections that do not fit
   */
  public ConnectionIndex(IntSupplier clusters, Runnable onOverflow) {
    this.clusters = clusters;
    this.onOverflow = onOverflow;
  }

  /** Adds a connection, or notes that it exists; no effect if there are too many. */
  public void put(Entry entry) {
    if (connections.size() < share() || connections.containsKey(entry.key())) {
      connections.put(entry.key(), new Seen(entry, list));
    } else if (overflowing.compareAndSet(false, true)) {
      onOverflow.run();
    }
  }

  private int share() {
    return MAX_CONNECTIONS / Math.max(1, clusters.getAsInt());
  }

  /** Removes a connection that has ended. */
  public void remove(Key key) {
    connections.remove(key);
  }

  /** The servers are about to list their connections. */
  public void beginList() {
    connections.values().removeIf(seen -> seen.list() < list - MISSED_LISTS);
    int surplus = Math.max(0, connections.size() - share());
    connections.keySet().stream().limit(surplus).toList().forEach(connections::remove);
    overflowing.set(false);
    list++;
  }

  /** The connections whose login matches. */
  public List<Entry> find(Predicate<ConnectionTags> login) {
    return connections.values().stream()
        .map(Seen::entry)
        .filter(entry -> login.test(entry.login()))
        .toList();
  }
}
