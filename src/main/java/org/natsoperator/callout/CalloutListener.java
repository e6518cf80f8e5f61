package org.natsoperator.callout;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.CalloutConnector.Answering;
import org.natsoperator.callout.servers.ServedCluster;
import org.natsoperator.lookup.SharedInformers;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Keeps connections to each cluster with projected tokens, through which its servers ask about
 * logins. Every replica has a first one, and a spare one to another server: the clients of a server
 * that ends log in to the others at once, and a login without an answer takes them seconds. Servers
 * ask through any of these connections. The operator follows the clients' connections through the
 * first one; when that ends, the spare one takes its place.
 */
@Component
class CalloutListener implements SmartLifecycle {

  private static final Duration BETWEEN_CHECKS = Duration.ofMillis(500);
  private static final Duration BETWEEN_PROBES = Duration.ofSeconds(10);

  /** While the API server answers, its last answer is never older. */
  private static final Duration BETWEEN_CONTACTS = BETWEEN_PROBES.multipliedBy(2);

  private final SharedInformers informers;
  private final CalloutConnector connector;
  private final ConnectionWatcher watcher;
  private final Heartbeats heartbeats;
  private final TokenReviewer reviewer;
  private final CalloutMetrics metrics;
  private final RefusalLog refusals;
  private final TaskScheduler scheduler;
  private final Clock clock;
  private final Map<String, ServedCluster<Answering>> served = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile ScheduledFuture<?> checks;
  private volatile Instant lastProbe = Instant.EPOCH;

  CalloutListener(
      SharedInformers informers,
      CalloutConnector connector,
      ConnectionWatcher watcher,
      Heartbeats heartbeats,
      TokenReviewer reviewer,
      CalloutMetrics metrics,
      RefusalLog refusals,
      TaskScheduler scheduler,
      Clock clock) {
    this.informers = informers;
    this.connector = connector;
    this.watcher = watcher;
    this.heartbeats = heartbeats;
    this.reviewer = reviewer;
    this.metrics = metrics;
    this.refusals = refusals;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  @Override
  public void start() {
    checks = scheduler.scheduleWithFixedDelay(this::check, BETWEEN_CHECKS);
  }

  @Override
  public void stop() {
    checks.cancel(false);
    checks = null;
    served.values().forEach(ServedCluster::end);
    threads.shutdownNow();
  }

  @Override
  public boolean isRunning() {
    return checks != null;
  }

  /** Opens the connections that are missing, and closes those that are no longer wanted. */
  private void check() {
    // While a cluster is being deleted, no client may log in, and connections must be closed.
    List<NatsCluster> clusters =
        informers.clusters().list().filter(NatsCluster::mayAskOperator).toList();
    Set<String> uids = new HashSet<>();
    clusters.forEach(cluster -> uids.add(uid(cluster)));
    served.forEach((uid, state) -> closeUnless(uids.contains(uid), uid, state));
    metrics.retain(clusters);
    refusals.summarize(clusters);
    if (clusters.isEmpty()) {
      return;
    }
    informers.watchClientPods();
    probe();
    if (isSynced()) {
      Duration silence = Duration.between(reviewer.lastContact(), clock.instant());
      clusters.forEach(cluster -> serve(cluster, silence));
      // After it has rejoined the queues: another replica may leave them now.
      heartbeats.setAway(isAway(silence));
      watcher.check();
    }
  }

  private boolean isSynced() {
    return informers.clusters().hasSynced()
        && informers.roles().hasSynced()
        && informers.serviceAccounts().hasSynced()
        && informers.secrets().hasSynced()
        && informers.serverPods().hasSynced()
        && informers.clientPods().hasSynced();
  }

  private void probe() {
    if (Duration.between(lastProbe, clock.instant()).compareTo(BETWEEN_PROBES) > 0) {
      lastProbe = clock.instant();
      threads.execute(reviewer::probe);
    }
  }

  /** A connection that is being opened is closed by a later check, so that none is forgotten. */
  private void closeUnless(boolean wanted, String uid, ServedCluster<Answering> state) {
    if (!wanted) {
      if (!state.isConnecting()) {
        served.remove(uid, state);
      }
      threads.execute(state::close);
    }
  }

  /**
   * A replica that does not reach the API server leaves the logins to those that do. If no other
   * does, it answers while the staleness allows it. It stays connected, so that it can close
   * connections before their tokens expire: some client libraries never log in again after that.
   */
  private void serve(NatsCluster cluster, Duration silence) {
    ServedCluster<Answering> state =
        served.computeIfAbsent(uid(cluster), uid -> new ServedCluster<>(threads));
    Duration staleness = LoginObserver.policy(cluster).staleness();
    boolean answers =
        !isAway(silence)
            || silence.compareTo(staleness) <= 0 && !heartbeats.hasHealthyPeer(cluster);
    state.promoteSpare(cluster).ifPresent(spare -> connector.follow(cluster, spare));
    Optional<Answering> first = state.first(cluster);
    if (first.isEmpty()) {
      state.openFirst(() -> connector.connect(cluster, answers));
    } else if (answers && state.spare(cluster).isEmpty()) {
      state.openSpare(() -> connector.connectSpare(cluster, first.get()));
    }
    state.answer(answers, cluster);
  }

  private static boolean isAway(Duration silence) {
    return silence.compareTo(BETWEEN_CONTACTS) > 0;
  }

  private static String uid(NatsCluster cluster) {
    return cluster.getMetadata().getUid();
  }
}
