package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.keys.CalloutKeyStore;
import org.natsoperator.cluster.keys.CalloutSeeds;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.token.LoginTokenVerifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Opens the connection through which the servers of a cluster ask about logins. */
@Component
class CalloutConnector {

  static final String SUBJECT = "$SYS.REQ.USER.AUTH";

  /** All replicas are in one queue group, since two answers would race. */
  static final String QUEUE = "nats-operator-";

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private static final long MOST_PENDING = 2_000;

  /** A list of connections has up to 1 MiB. */
  private static final long MOST_PENDING_BYTES = 4 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(CalloutConnector.class);

  private final SharedInformers informers;
  private final CalloutKeyStore keys;
  private final SystemAccountClient servers;
  private final LoginHandler handler;
  private final ConnectionWatcher watcher;
  private final Heartbeats heartbeats;
  private final LoginTokenVerifier verifier;
  private final OperatorProperties properties;
  private final ConnectFailureLog failures = new ConnectFailureLog();

  CalloutConnector(
      SharedInformers informers,
      CalloutKeyStore keys,
      SystemAccountClient servers,
      LoginHandler handler,
      ConnectionWatcher watcher,
      Heartbeats heartbeats,
      LoginTokenVerifier verifier,
      OperatorProperties properties) {
    this.informers = informers;
    this.keys = keys;
    this.servers = servers;
    this.handler = handler;
    this.watcher = watcher;
    this.heartbeats = heartbeats;
    this.verifier = verifier;
    this.properties = properties;
  }

  /** A connection through which logins are answered with these keys. */
  record Answering(
      CalloutKeys keys, Connection connection, Dispatcher requests, String clusterUid) {

    /** The servers ask this replica, too; no effect if they do already. */
    void joinQueue() {
      requests.subscribe(SUBJECT, QUEUE + clusterUid);
    }

    /** The servers ask only the other replicas. */
    void leaveQueue() {
      requests.unsubscribe(SUBJECT);
    }
  }

  /** Connects to one of the servers; empty if none accepts the operator yet. */
  Optional<Answering> connect(NatsCluster cluster) {
    try {
      List<Pod> pods = pods(cluster);
      Optional<CalloutSeeds> seeds = keys.find(cluster);
      if (pods.isEmpty() || seeds.isEmpty()) {
        return Optional.empty();
      }
      verifier.prepare();
      Answering answering = connect(cluster, pods, seeds.get());
      failures.connected(cluster);
      return Optional.of(answering);
    } catch (IOException | TimeoutException | RuntimeException e) {
      failures.failed(cluster, e);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private Answering connect(NatsCluster cluster, List<Pod> pods, CalloutSeeds seeds)
      throws IOException, InterruptedException, TimeoutException {
    String name = "nats-operator/" + properties.podName();
    Connection connection = servers.open(cluster, pods, name);
    try {
      return answer(cluster, seeds, connection);
    } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
      // It stays in the queue group of the servers otherwise.
      connection.close();
      throw e;
    }
  }

  private Answering answer(NatsCluster cluster, CalloutSeeds seeds, Connection connection)
      throws IOException, InterruptedException, TimeoutException {
    Dispatcher requests =
        bounded(
            connection.createDispatcher(
                message -> handler.handle(latest(cluster), seeds, connection, message)));
    Answering answering =
        new Answering(seeds.publicKeys(), connection, requests, cluster.getMetadata().getUid());
    answering.joinQueue();
    watcher.watch(cluster, connection);
    heartbeats.exchange(cluster, connection);
    connection.flush(TIMEOUT);
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
        .log("Answering the logins of a cluster");
    return answering;
  }

  /** Limits the messages that wait, which the client stores in memory; it drops further ones. */
  static Dispatcher bounded(Dispatcher dispatcher) {
    dispatcher.setPendingLimits(MOST_PENDING, MOST_PENDING_BYTES);
    return dispatcher;
  }

  /** The cluster with its latest settings. */
  private NatsCluster latest(NatsCluster cluster) {
    String uid = cluster.getMetadata().getUid();
    return informers
        .clusters()
        .find(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName())
        .filter(now -> now.getMetadata().getUid().equals(uid))
        .orElse(cluster);
  }

  /** The servers in a random order, so that the replicas use different ones. */
  private List<Pod> pods(NatsCluster cluster) {
    List<Pod> pods =
        new ArrayList<>(
            informers
                .serverPods()
                .byIndex(SharedInformers.BY_CLUSTER, Cache.metaNamespaceKeyFunc(cluster)));
    pods.removeIf(
        pod ->
            pod.getMetadata().getDeletionTimestamp() != null
                || pod.getStatus() == null
                || pod.getStatus().getPodIP() == null);
    Collections.shuffle(pods);
    return pods;
  }

  /** The connection to one cluster, while its logins are answered. */
  static final class Served {

    private final AtomicBoolean connecting = new AtomicBoolean();
    private volatile Answering current;
    private volatile boolean ended;

    /** Whether the caller may open a connection, since no other thread does. */
    boolean beginConnecting() {
      return connecting.compareAndSet(false, true);
    }

    boolean isConnecting() {
      return connecting.get();
    }

    void endConnecting() {
      connecting.set(false);
    }

    /** Replaces a connection with earlier keys only now, so that servers always get answers. */
    void opened(Answering answering) {
      Answering before = current;
      current = answering;
      close(before);
      if (ended) {
        close();
      }
    }

    boolean isConnectedFor(NatsCluster cluster) {
      Answering open = current;
      return open != null
          && open.connection().getStatus() == Connection.Status.CONNECTED
          && cluster.recordsCalloutKeys(open.keys());
    }

    /** Lets the servers ask this replica, or only the others. */
    void answer(boolean wanted) {
      Answering open = current;
      try {
        if (open != null && wanted) {
          open.joinQueue();
        } else if (open != null) {
          open.leaveQueue();
        }
      } catch (IllegalStateException closed) {
        LOG.atDebug().log("A connection ended while its place in the queue changed");
      }
    }

    /** Closes the connection, and any that is being opened. */
    void end() {
      ended = true;
      close();
    }

    /** Closes the connection until the next one is opened. */
    void close() {
      Answering open = current;
      current = null;
      close(open);
    }

    private static void close(Answering open) {
      if (open != null) {
        try {
          open.connection().close();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
