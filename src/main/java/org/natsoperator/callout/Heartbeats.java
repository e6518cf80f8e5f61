package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.api.ServerInfo;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.connections.ConnectionIndex.Key;
import org.natsoperator.callout.connections.Peers;
import org.natsoperator.cluster.server.CalloutReplicas;
import org.natsoperator.kubernetes.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Closes the connection of a replica that hangs, so that servers do not ask it about logins. A
 * heartbeat also says whether its replica reaches the API server.
 */
@Component
class Heartbeats {

  static final String SUBJECT = "$SYS.NATS_OPERATOR.HEARTBEAT.";

  private static final String AWAY = " away";

  /** Server and number of the connection, and whether its replica misses the API server. */
  private static final Pattern CONTENT =
      Pattern.compile("(N[A-Z2-7]{55}) (\\d{1,18})(" + AWAY + ")?");

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);

  private final Clock clock;
  private final CalloutReplicas replicas;
  private final Set<Beating> connections = ConcurrentHashMap.newKeySet();

  /** A thread of its own: tasks in the shared scheduler can block. */
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().daemon().name("heartbeats").unstarted(task));

  private volatile boolean away;

  Heartbeats(Clock clock, CalloutReplicas replicas) {
    this.clock = clock;
    this.replicas = replicas;
    beats.scheduleAtFixedRate(this::beat, 0, Peers.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Exchanges heartbeats with the other replicas through a connection to a cluster. */
  void exchange(NatsCluster cluster, Connection connection) {
    Beating beating = new Beating(cluster, connection, key(connection), new Peers(clock.instant()));
    CalloutConnector.bounded(connection.createDispatcher(message -> heard(beating, message)))
        .subscribe(beating.subject());
    connections.add(beating);
  }

  /** Sets whether this replica misses the API server; call it after it rejoined the queues. */
  void setAway(boolean isAway) {
    away = isAway;
  }

  /** Whether another replica that is connected to the cluster reaches the API server. */
  boolean hasHealthyPeer(NatsCluster cluster) {
    String subject = SUBJECT + cluster.getMetadata().getUid();
    return connections.stream()
        .filter(beating -> beating.subject().equals(subject))
        .anyMatch(beating -> beating.peers().count() > 0);
  }

  /** The content of a heartbeat of this connection. */
  static String content(Key connection) {
    return connection.serverId() + " " + connection.cid();
  }

  static Key key(Connection connection) {
    ServerInfo server = connection.getServerInfo();
    return new Key(server.getServerId(), server.getClientId());
  }

  @PreDestroy
  void stop() {
    beats.shutdownNow();
  }

  private void beat() {
    Set<Beating> closed = new HashSet<>(connections);
    closed.removeIf(beating -> beating.connection().getStatus() != Connection.Status.CLOSED);
    connections.removeAll(closed);
    closed.forEach(this::report);
    String state = away ? AWAY : "";
    connections.forEach(
        beating -> {
          try {
            send(beating, beating.subject(), content(beating.own()) + state);
            beating.peers().silent(clock.instant()).forEach(peer -> kick(beating, peer));
            report(beating);
          } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("error", e.toString()).log("Failed to send a heartbeat");
          }
        });
  }

  /** A closed connection may already have a successor. */
  private void report(Beating beating) {
    int count =
        connections.stream()
            .filter(other -> other.subject().equals(beating.subject()))
            .mapToInt(other -> 1 + other.peers().count())
            .max()
            .orElse(0);
    replicas.report(beating.cluster(), count);
  }

  private void heard(Beating beating, Message message) {
    Matcher content = CONTENT.matcher(new String(message.getData(), US_ASCII));
    if (content.matches()) {
      Key peer = new Key(content.group(1), Long.parseLong(content.group(2)));
      if (connections.stream().noneMatch(own -> own.own().equals(peer))) {
        beating.peers().heard(peer, content.group(3) == null, clock.instant());
      }
    }
  }

  private static void kick(Beating beating, Key peer) {
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(beating.cluster()))
        .addKeyValue("connection", content(peer))
        .log("Another replica ended or hangs; closing its connection to the servers");
    send(beating, ConnectionWatcher.kickSubject(peer), ConnectionWatcher.kickRequest(peer));
  }

  /** The server ignores requests without a reply subject. */
  private static void send(Beating beating, String subject, String content) {
    beating
        .connection()
        .publish(subject, beating.connection().createInbox(), content.getBytes(US_ASCII));
  }

  /** A connection of this replica. */
  private record Beating(NatsCluster cluster, Connection connection, Key own, Peers peers) {

    String subject() {
      return SUBJECT + cluster.getMetadata().getUid();
    }
  }
}
