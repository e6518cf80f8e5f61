package org.natsoperator.cluster.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.natsoperator.api.NatsCluster;
import org.springframework.stereotype.Component;

/**
 * Counts the logins that the servers of each cluster refuse, while this replica is the leader. A
 * client chooses its name and how often it logs in. So the only labels are the cluster and the
 * reason, and a cluster is reconciled only once for many refusals.
 */
@Component
public class RefusedLogins {

  private final MeterRegistry meters;
  private final Clock clock;
  private final Map<String, Cluster> clusters = new ConcurrentHashMap<>();
  private volatile Consumer<NatsCluster> listener = cluster -> {};

  RefusedLogins(MeterRegistry meters, Clock clock) {
    this.meters = meters;
    this.clock = clock;
  }

  /** Sets the listener for clusters whose refusals are repeated from now on. */
  public void onRepetition(Consumer<NatsCluster> newListener) {
    listener = newListener;
  }

  /** Begins to count for a cluster; does nothing if it counts already. */
  public void begin(NatsCluster cluster) {
    clusters.computeIfAbsent(uid(cluster), uid -> new Cluster(cluster));
  }

  /** Counts a refused login of a cluster that {@link #begin} was called for. */
  public void count(NatsCluster cluster, RefusedLogin reason) {
    Cluster counted = clusters.get(uid(cluster));
    if (counted != null && counted.count(reason, clock.instant())) {
      listener.accept(cluster);
    }
  }

  /** Forgets all other clusters and removes their metrics. */
  public void retain(Set<String> clusterUids) {
    clusters
        .entrySet()
        .removeIf(
            entry -> {
              boolean ends = !clusterUids.contains(entry.getKey());
              if (ends) {
                entry.getValue().counters.values().forEach(meters::remove);
              }
              return ends;
            });
  }

  /** The refusals of a cluster; empty if they are not counted. */
  public Optional<ObservedRefusals> of(NatsCluster cluster) {
    return Optional.ofNullable(clusters.get(uid(cluster))).map(counted -> counted.refusals);
  }

  private static String uid(NatsCluster cluster) {
    return cluster.getMetadata().getUid();
  }

  /** The refusals of one cluster. */
  private final class Cluster {

    private final Map<RefusedLogin, Counter> counters = new EnumMap<>(RefusedLogin.class);
    private volatile ObservedRefusals refusals = ObservedRefusals.none(clock.instant());

    /** Registers each counter at once: the first increase is visible only from zero. */
    Cluster(NatsCluster cluster) {
      var meta = cluster.getMetadata();
      List.of(RefusedLogin.values())
          .forEach(
              reason ->
                  counters.put(
                      reason,
                      Counter.builder("nats.operator.cluster.logins.refused")
                          .description("Logins that the servers of a cluster refused")
                          .tag("cluster_namespace", meta.getNamespace())
                          .tag("cluster_name", meta.getName())
                          .tag("reason", reason.label())
                          .register(meters)));
    }

    /** Returns whether the refusals are repeated from now on. */
    boolean count(RefusedLogin reason, Instant now) {
      counters.get(reason).increment();
      boolean before = refusals.areRepeated();
      refusals = refusals.and(now);
      return !before && refusals.areRepeated();
    }
  }
}
