package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.api.ServerInfo;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.connections.ConnectionIndex.Key;
import org.natsoperator.callout.connections.Peers;
import org.natsoperator.cluster.server.CalloutReplicas;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.kubernetes.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Closes the connections of a replica that hangs, so that servers do not ask it about logins. A
 * heartbeat also says whether its replica reaches the API server.
 */
@Component
class Heartbeats {

  static final String SUBJECT = "$SYS.NATS_OPERATOR.HEARTBEAT.";

  private static final String AWAY = " away";

  /** A server that does not read delays a sender, and must not delay other clusters. */
  private static final int MOST_SENDERS = 4;

  /** Server and number of the connection, its replica, and whether that misses the API server. */
  private static final Pattern CONTENT =
      Pattern.compile("(N[A-Z2-7]{55}) (\\d{1,18}) ([0-9a-f-]{36})(" + AWAY + ")?");

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  private final Clock clock;
  private final CalloutReplicas replicas;
  private final String replica = UUID.randomUUID().toString();
  private final Set<Beating> connections = ConcurrentHashMap.newKeySet();

  /** The connections of other replicas to each cluster, by the subject of its heartbeats. */
  private final Map<String, Peers> peers = new ConcurrentHashMap<>();

  /** A thread of its own: tasks in the shared scheduler can block. */
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("heartbeats").unstarted(task));

  /** Platform threads: many logins at once would delay virtual ones. */
  private final ExecutorService senders =
      Executors.newFixedThreadPool(
          MOST_SENDERS,
          task -> Thread.ofPlatform().daemon().name("heartbeat-sender").unstarted(task));

  /** The subjects of clusters to which heartbeats are being sent. */
  private final Set<String> sending = ConcurrentHashMap.newKeySet();

  private volatile boolean away;

  Heartbeats(Clock clock, CalloutReplicas replicas) {
    this.clock = clock;
    this.replicas = replicas;
    beats.scheduleAtFixedRate(this::beat, 0, Peers.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Exchanges heartbeats with the other replicas through a connection to a cluster. */
  void exchange(NatsCluster cluster, Connection connection) {
    Beating beating = new Beating(cluster, connection, key(connection));
    SystemAccountClient.dispatcher(connection, message -> heard(beating.subject(), message))
        .subscribe(beating.subject());
    connections.add(beating);
  }

  /** Sets whether this replica misses the API server; call it after it rejoined the queues. */
  void setAway(boolean isAway) {
    away = isAway;
  }

  /** Whether another replica that is connected to the cluster reaches the API server. */
  boolean hasHealthyPeer(NatsCluster cluster) {
    return peers(SUBJECT + cluster.getMetadata().getUid()).count() > 0;
  }

  /** The content of a heartbeat through this connection of a replica. */
  static String content(Key connection, String replica) {
    return connection.serverId() + " " + connection.cid() + " " + replica;
  }

  static Key key(Connection connection) {
    ServerInfo server = connection.getServerInfo();
    return new Key(server.getServerId(), server.getClientId());
  }

  @PreDestroy
  void stop() {
    beats.shutdownNow();
    senders.shutdownNow();
  }

  private Peers peers(String subject) {
    return peers.computeIfAbsent(subject, any -> new Peers(clock.instant()));
  }

  private void beat() {
    Set<Beating> closed = new HashSet<>(connections);
    closed.removeIf(beating -> beating.connection().getStatus() != Connection.Status.CLOSED);
    connections.removeAll(closed);
    Map<String, List<Beating>> open =
        connections.stream().collect(Collectors.groupingBy(Beating::subject));
    peers.keySet().retainAll(open.keySet());
    closed.removeIf(beating -> open.containsKey(beating.subject()));
    closed.forEach(
        beating -> guard(beating.cluster(), () -> replicas.report(beating.cluster(), 0)));
    open.forEach(this::beginBeat);
  }

  private void beginBeat(String subject, List<Beating> own) {
    if (sending.add(subject)) {
      senders.execute(
          () -> {
            guard(own.getFirst().cluster(), () -> beat(subject, own));
            sending.remove(subject);
          });
    }
  }

  /** An exception would end all further heartbeats. */
  private static void guard(NatsCluster cluster, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
          .setCause(e)
          .log("Exchanging heartbeats with other replicas failed");
    }
  }

  /**
   * Kicks through all connections to the cluster: one of them may have ended together with the
   * other replica.
   */
  private void beat(String subject, List<Beating> own) {
    String state = away ? AWAY : "";
    own.forEach(beating -> send(beating, subject, content(beating.own(), replica) + state));
    Peers others = peers(subject);
    others.silent(clock.instant()).forEach(peer -> kick(own, peer));
    replicas.report(own.getFirst().cluster(), 1 + others.count());
  }

  private void heard(String subject, Message message) {
    Matcher content = CONTENT.matcher(new String(message.getData(), US_ASCII));
    if (content.matches() && !content.group(3).equals(replica)) {
      Key connection = new Key(content.group(1), Long.parseLong(content.group(2)));
      boolean healthy = content.group(4) == null;
      peers(subject).heard(connection, content.group(3), healthy, clock.instant());
    }
  }

  private static void kick(List<Beating> own, Key peer) {
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(own.getFirst().cluster()))
        .addKeyValue("connection", peer.serverId() + " " + peer.cid())
        .log("Another replica ended or hangs; closing its connection to the servers");
    own.forEach(
        beating ->
            send(
                beating, ConnectionWatcher.kickSubject(peer), ConnectionWatcher.kickRequest(peer)));
  }

  /** The server ignores requests without a reply subject. */
  private static void send(Beating beating, String subject, String content) {
    try {
      String inbox = beating.connection().createInbox();
      beating.connection().publish(subject, inbox, content.getBytes(US_ASCII));
    } catch (RuntimeException e) {
      LOG.atDebug().addKeyValue("error", e.toString()).log("Failed to send a heartbeat");
    }
  }

  /** A connection of this replica. */
  private record Beating(NatsCluster cluster, Connection connection, Key own) {

    String subject() {
      return SUBJECT + cluster.getMetadata().getUid();
    }
  }
}
