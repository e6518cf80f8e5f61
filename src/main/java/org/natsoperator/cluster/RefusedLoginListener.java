package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.readiness.Readiness;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.RefusedLoginConnector.Feed;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.server.RefusedLogin;
import org.natsoperator.cluster.server.RefusedLogins;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.leader.Leadership;
import org.natsoperator.lookup.SharedInformers;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Counts refused logins. The leader keeps one connection to each cluster: one server reports the
 * events of all. Anyone who reaches the servers can cause any number of events, so the server sends
 * only a few at a time.
 */
@Component
class RefusedLoginListener {

  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final SharedInformers informers;
  private final RefusedLoginConnector connector;
  private final RefusedLogins refusedLogins;
  private final Leadership leadership;
  private final Clock clock;
  private final Map<String, Feed> feeds = new ConcurrentHashMap<>();

  RefusedLoginListener(
      SharedInformers informers,
      RefusedLoginConnector connector,
      RefusedLogins refusedLogins,
      Leadership leadership,
      TaskScheduler scheduler,
      Clock clock) {
    this.informers = informers;
    this.connector = connector;
    this.refusedLogins = refusedLogins;
    this.leadership = leadership;
    this.clock = clock;
    leadership.whenBegun(scheduler, INTERVAL, INTERVAL, this::check);
  }

  @PreDestroy
  void stop() {
    feeds.values().forEach(Feed::end);
  }

  /** Receives the events, opens the connections that are missing, and closes other ones. */
  private void check() {
    Map<String, NatsCluster> clusters =
        leadership.isHeld()
            ? informers
                .clusters()
                .list()
                .filter(RefusedLoginListener::refusesLogins)
                .collect(Collectors.toMap(RefusedLoginListener::uid, Function.identity()))
            : Map.of();
    refusedLogins.retain(clusters.keySet());
    feeds.forEach((uid, feed) -> endUnless(clusters.containsKey(uid), uid, feed));
    clusters.values().forEach(this::checkIfPossible);
  }

  private static boolean refusesLogins(NatsCluster cluster) {
    return cluster.getSpec().auth().enableServiceAccounts()
        && answersOperator(ServerVersion.parse(cluster.getSpec().version()));
  }

  private void endUnless(boolean wanted, String uid, Feed feed) {
    if (!wanted) {
      feeds.remove(uid, feed);
      feed.end();
    }
  }

  /** A server can make its connection fail, and must not stop the work for other clusters. */
  private void checkIfPossible(NatsCluster cluster) {
    try {
      check(cluster);
    } catch (RuntimeException e) {
      RefusedLoginConnector.log(cluster, e);
    }
  }

  private void check(NatsCluster cluster) {
    refusedLogins.begin(cluster);
    Feed feed = feeds.computeIfAbsent(uid(cluster), uid -> new Feed());
    List<Pod> pods = readyPods(cluster);
    feed.receive(
        event ->
            RefusedLogin.read(event, cluster.getMetadata().getName())
                .ifPresent(reason -> refusedLogins.count(cluster, reason)));
    feed.closeUnlessTo(pods);
    if (!pods.isEmpty() && feed.beginOpening(clock.instant())) {
      connector.open(feed, cluster, pods.get(ThreadLocalRandom.current().nextInt(pods.size())));
    }
  }

  /** A connection to a leaving server would delay its end. */
  private List<Pod> readyPods(NatsCluster cluster) {
    return informers
        .serverPods()
        .byIndex(SharedInformers.BY_CLUSTER, Cache.metaNamespaceKeyFunc(cluster))
        .stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null)
        .filter(Readiness::isPodReady)
        .filter(pod -> answersOperator(new ObservedServer(pod, Optional.empty()).version()))
        .toList();
  }

  private static boolean answersOperator(Optional<ServerVersion> version) {
    return version.filter(ServerVersion::answersOperator).isPresent();
  }

  static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }
}
