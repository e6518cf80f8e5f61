package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.nats.client.Connection;
import io.nats.client.Message;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.connections.ConnectionIndex;
import org.natsoperator.callout.connections.ConnectionIndex.Entry;
import org.natsoperator.callout.connections.ConnectionIndex.Key;
import org.natsoperator.callout.connections.ConnectionReport;
import org.natsoperator.callout.connections.PendingChanges;
import org.natsoperator.callout.connections.PendingChanges.Changes;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.kubernetes.ChangeHandler;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.lookup.SharedInformers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Closes connections that lost their permission, and those whose token is about to expire. Every
 * replica follows the connections of all servers, whichever replica admitted them.
 */
@Component
class ConnectionWatcher {

  private static final String CONNECT = "$SYS.ACCOUNT.$G.CONNECT";
  private static final String DISCONNECT = "$SYS.ACCOUNT.$G.DISCONNECT";

  /** Of all accounts, one replica of each queue group receives it. */
  private static final String REFUSED = "$SYS.ACCOUNT.CLIENT.AUTH.ERR";

  private static final String LIST_ALL = "$SYS.REQ.SERVER.PING.CONNZ";
  private static final String LIST = "$SYS.REQ.SERVER.%s.CONNZ";
  private static final String KICK = "$SYS.REQ.SERVER.%s.KICK";

  private static final String PART = "{\"auth\":true,\"acc\":\"$G\",\"limit\":%d,\"offset\":%d}";

  private static final Duration BETWEEN_LISTS = Duration.ofSeconds(30);

  /** The parts of a list have arrived by then. */
  private static final Duration LIST_ARRIVES = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionWatcher.class);

  private final RevocationCheck revocations;
  private final MissingDependencies dependencies;
  private final CalloutMetrics metrics;
  private final Clock clock;
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();
  private final PendingChanges changes = new PendingChanges(this::check);

  ConnectionWatcher(
      SharedInformers informers,
      RecentDeletions deletions,
      MissingDependencies dependencies,
      CalloutMetrics metrics,
      Clock clock) {
    revocations = new RevocationCheck(informers, deletions);
    this.dependencies = dependencies;
    this.metrics = metrics;
    this.clock = clock;
    deletions.onDeletion(changes::ended);
    informers
        .roles()
        .addHandler(
            new ChangeHandler<>(role -> changes.roleChanged(Identity.of(role)), role -> {}));
    informers
        .clusters()
        .addHandler(
            new ChangeHandler<>(
                cluster -> changes.clusterChanged(cluster.getMetadata().getUid()), cluster -> {}));
  }

  @PreDestroy
  void stop() {
    changes.close();
  }

  /** Follows the connections of a cluster through a new connection to its system account. */
  void watch(NatsCluster cluster, Connection connection) {
    Watched state = new Watched(cluster, connection, watched::size);
    var dispatcher = SystemAccountClient.dispatcher(connection, message -> report(state, message));
    dispatcher.subscribe(CONNECT);
    dispatcher.subscribe(DISCONNECT);
    dispatcher.subscribe(state.inbox);
    SystemAccountClient.dispatcher(connection, message -> countRefusal(state, message))
        .subscribe(REFUSED, CalloutConnector.QUEUE + cluster.getMetadata().getUid());
    watched.put(cluster.getMetadata().getUid(), state);
  }

  /** Closes connections whose token is about to expire, and repairs the index; call it often. */
  void check() {
    watched.values().removeIf(state -> !state.isConnected());
    Instant now = clock.instant();
    eachCluster(
        state -> {
          check(state, state.index.find(login -> !now.isBefore(login.renewal())));
          list(state, now);
        });
  }

  /** A server can make its connection fail, and must not stop the work for other clusters. */
  private void eachCluster(Consumer<Watched> action) {
    for (Watched state : watched.values()) {
      try {
        action.accept(state);
      } catch (RuntimeException e) {
        LOG.atError()
            .addKeyValue(ObjectName.KEY, ObjectName.of(state.cluster))
            .setCause(e)
            .log("Checking the connections of a cluster failed");
      }
    }
  }

  private void list(Watched state, Instant now) {
    Duration age = Duration.between(state.lastList, now);
    if (age.compareTo(BETWEEN_LISTS) > 0) {
      state.lastList = now;
      state.listIsNew = true;
      state.index.beginList();
      state.send(LIST_ALL, PART.formatted(ConnectionReport.LIMIT, 0));
    } else if (state.listIsNew && age.compareTo(LIST_ARRIVES) > 0) {
      state.listIsNew = false;
      dependencies.check(
          state.cluster,
          state.index.find(login -> true),
          (entry, reason) -> kick(state, entry, reason));
    }
  }

  private void countRefusal(Watched state, Message message) {
    String cluster = state.cluster.getMetadata().getName();
    if (!ConnectionReport.read(message.getData(), cluster).serverId().isEmpty()) {
      metrics.refusedByServer(state.cluster);
    }
  }

  private void report(Watched state, Message message) {
    ConnectionReport report =
        ConnectionReport.read(message.getData(), state.cluster.getMetadata().getName());
    if (message.getSubject().equals(DISCONNECT)) {
      report.event().ifPresent(state.index::remove);
      return;
    }
    report.connections().forEach(state.index::put);
    check(state, report.connections());
    if (report.next() > 0) {
      state.send(
          LIST.formatted(report.serverId()), PART.formatted(ConnectionReport.LIMIT, report.next()));
    }
  }

  private void check(Changes changed) {
    eachCluster(
        state -> {
          String uid = state.cluster.getMetadata().getUid();
          check(state, state.index.find(login -> changed.concern(uid, login)));
        });
  }

  private void check(Watched state, List<Entry> entries) {
    var revocation = revocations.at(state.cluster, clock.instant());
    entries.forEach(
        entry -> revocation.apply(entry.login()).ifPresent(reason -> kick(state, entry, reason)));
  }

  /** The next list contains the connection again if the server did not close it. */
  private void kick(Watched state, Entry entry, Revocation reason) {
    state.index.remove(entry.key());
    // Before the client sees the end of its connection.
    metrics.kicked(state.cluster, reason);
    state.send(kickSubject(entry.key()), kickRequest(entry.key()));
    LOG.atDebug()
        .addKeyValue(ObjectName.KEY, ObjectName.of(state.cluster))
        .addKeyValue("identity", entry.login().identity())
        .addKeyValue("reason", reason)
        .log("Closed a connection");
  }

  static String kickSubject(Key connection) {
    return KICK.formatted(connection.serverId());
  }

  static String kickRequest(Key connection) {
    return "{\"cid\":%d}".formatted(connection.cid());
  }

  /** The connections of one cluster. */
  private static final class Watched {

    /** Whether the dependencies of the listed connections must be checked. */
    private volatile boolean listIsNew;

    private final NatsCluster cluster;
    private final Connection connection;
    private final String inbox;
    private final ConnectionIndex index;
    private volatile Instant lastList = Instant.EPOCH;

    Watched(NatsCluster cluster, Connection connection, IntSupplier clusters) {
      this.cluster = cluster;
      this.connection = connection;
      inbox = connection.createInbox();
      index = new ConnectionIndex(clusters, this::warn);
    }

    private void warn() {
      LOG.atWarn()
          .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
          .log("Too many connections to remember; revoking some of them later");
    }

    boolean isConnected() {
      return connection.getStatus() == Connection.Status.CONNECTED;
    }

    /**
     * The server ignores requests without a reply subject. The client library throws an exception
     * if the connection ended, and if the server announced a limit that no message keeps or an ID
     * that is not valid in a subject.
     */
    void send(String subject, String request) {
      try {
        connection.publish(subject, inbox, request.getBytes(US_ASCII));
      } catch (RuntimeException e) {
        LOG.atDebug()
            .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
            .addKeyValue("error", e.toString())
            .log("Failed to send a request to the servers");
      }
    }
  }
}
