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
import org.natsoperator.api.CalloutKeys;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.servers.ConnectFailureLog;
import org.natsoperator.callout.servers.ServerConnection;
import org.natsoperator.cluster.keys.CalloutKeyStore;
import org.natsoperator.cluster.keys.CalloutSeeds;
import org.natsoperator.cluster.server.SystemAccountClient;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.token.LoginTokenVerifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.stereotype.Component;

/** Opens the connections through which the servers of a cluster ask about logins. */
@Component
class CalloutConnector {

  static final String SUBJECT = "$SYS.REQ.USER.AUTH";

  /** All replicas are in one queue group, since two answers would race. */
  static final String QUEUE = "nats-operator-";

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

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
  record Answering(CalloutKeys keys, Connection connection, Dispatcher requests, String queue)
      implements ServerConnection {

    @Override
    public boolean isConnectedFor(NatsCluster cluster) {
      return connection.getStatus() == Connection.Status.CONNECTED
          && cluster.recordsCalloutKeys(keys);
    }

    @Override
    public void answer(boolean wanted) {
      try {
        if (wanted) {
          requests.subscribe(SUBJECT, queue);
        } else {
          requests.unsubscribe(SUBJECT);
        }
      } catch (IllegalStateException closed) {
        LOG.atDebug().log("A connection ended while its place in the queue changed");
      }
    }

    @Override
    public void close() {
      try {
        connection.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Connects to one of the servers; empty if none accepts the operator yet.
   *
   * @param answers whether the servers may ask this replica
   */
  Optional<Answering> connect(NatsCluster cluster, boolean answers) {
    return connect(cluster, pods(cluster), false, answers);
  }

  /** Connects to another server than the first connection; empty if none accepts the operator. */
  Optional<Answering> connectSpare(NatsCluster cluster, Answering first) {
    String used = first.connection().getConnectedUrl();
    List<Pod> others = pods(cluster);
    others.removeIf(pod -> SystemAccountClient.url(pod).equals(used));
    return connect(cluster, others, true, true);
  }

  /** Follows the clients' connections through a spare connection, which becomes the first one. */
  void follow(NatsCluster cluster, Answering spare) {
    LOG.atInfo()
        .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
        .log("The connection to a cluster ended; the spare one takes its place");
    try {
      watcher.watch(cluster, spare.connection());
    } catch (IllegalStateException closed) {
      LOG.atDebug().log("A connection ended before it took the place of another");
    }
  }

  private Optional<Answering> connect(
      NatsCluster cluster, List<Pod> pods, boolean isSpare, boolean answers) {
    try {
      Optional<CalloutSeeds> seeds = pods.isEmpty() ? Optional.empty() : keys.find(cluster);
      if (seeds.isEmpty()) {
        return Optional.empty();
      }
      if (!isSpare) {
        verifier.prepare();
      }
      Answering answering = connect(cluster, pods, seeds.get(), isSpare, answers);
      failures.connected(cluster);
      return Optional.of(answering);
    } catch (IOException | TimeoutException | RuntimeException e) {
      if (isSpare) {
        failures.spareFailed(cluster, e);
      } else {
        failures.failed(cluster, e);
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private Answering connect(
      NatsCluster cluster, List<Pod> pods, CalloutSeeds seeds, boolean isSpare, boolean answers)
      throws IOException, InterruptedException, TimeoutException {
    String name = "nats-operator/" + properties.podName();
    Connection connection = servers.open(cluster, pods, name);
    try {
      Answering answering = answering(cluster, seeds, connection);
      answering.answer(answers);
      if (!isSpare) {
        watcher.watch(cluster, connection);
      }
      heartbeats.exchange(cluster, connection);
      connection.flush(TIMEOUT);
      LOG.atLevel(isSpare || !answers ? Level.DEBUG : Level.INFO)
          .addKeyValue(ObjectName.KEY, ObjectName.of(cluster))
          .log("Answering the logins of a cluster");
      return answering;
    } catch (InterruptedException | TimeoutException | RuntimeException e) {
      // It stays in the queue group of the servers otherwise.
      connection.close();
      throw e;
    }
  }

  private Answering answering(NatsCluster cluster, CalloutSeeds seeds, Connection connection) {
    Dispatcher requests =
        SystemAccountClient.dispatcher(
            connection, message -> handler.handle(latest(cluster), seeds, connection, message));
    String queue = QUEUE + cluster.getMetadata().getUid();
    return new Answering(seeds.publicKeys(), connection, requests, queue);
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
}
