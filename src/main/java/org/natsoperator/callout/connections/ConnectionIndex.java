package org.natsoperator.callout.connections;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The connections of one cluster that the operator admitted. Events of the servers add and remove
 * them; lists of the servers repair what events miss.
 */
public final class ConnectionIndex {

  /** Bounds the memory that a server which is not nats-server can use. */
  static final int MAX_CONNECTIONS = 50_000;

  /** A connection that so many lists in a row do not contain has ended. */
  private static final int MISSED_LISTS = 2;

  /** A connection, by its server and its number there. */
  public record Key(String serverId, long cid) {}

  /** A connection and what its login depended on. */
  public record Entry(Key key, ConnectionTags login) {}

  private record Seen(Entry entry, long list) {}

  private final Map<Key, Seen> connections = new ConcurrentHashMap<>();
  private volatile long list;

  /** Adds a connection, or notes that it exists; no effect if there are too many. */
  public void put(Entry entry) {
    if (connections.size() < MAX_CONNECTIONS || connections.containsKey(entry.key())) {
      connections.put(entry.key(), new Seen(entry, list));
    }
  }

  /** Removes a connection that has ended. */
  public void remove(Key key) {
    connections.remove(key);
  }

  /** The servers are about to list their connections. */
  public void beginList() {
    connections.values().removeIf(seen -> seen.list() < list - MISSED_LISTS);
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
