package org.natsoperator.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.plan.CalloutCondition;
import org.natsoperator.cluster.plan.ClusterConditions;
import org.natsoperator.cluster.plan.Push;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.leader.Leadership;
import org.springframework.stereotype.Component;

/**
 * Metrics of clusters by condition and of each cluster's servers. Only the gauges of servers have a
 * cluster's name as a label. They are removed with the cluster.
 */
@Component
class ClusterMetrics {

  private static final Set<String> READY_REASONS =
      Set.of(ClusterReasons.ALL_SERVERS_READY, ClusterReasons.PAUSED);

  private final MeterRegistry meters;
  private final Counter refused;
  private final Map<String, Gauges> byCluster = new ConcurrentHashMap<>();
  private final List<Gauge> shown = new ArrayList<>();

  ClusterMetrics(MeterRegistry meters, Leadership leadership) {
    this.meters = meters;
    leadership.whenEnded(this::hide);
    refused =
        Counter.builder("nats.operator.pushes.refused")
            .description("Configuration files that a responding server did not load in time")
            .register(meters);
  }

  /** Registers gauges that count these clusters at each scrape, until the end of the term. */
  synchronized void show(Supplier<Stream<NatsCluster>> clusters) {
    if (!shown.isEmpty()) {
      return;
    }
    for (String reason : ClusterReasons.OF_READY) {
      String ready = Boolean.toString(READY_REASONS.contains(reason));
      show(ready, reason, clusters, reason::equals);
    }
    show("unknown", "", clusters, reason -> !ClusterReasons.OF_READY.contains(reason));
  }

  /**
   * Updates the gauges of a cluster's servers.
   *
   * @param refusing the pushes that servers refuse now, by pod UID
   */
  void report(ObservedCluster observed, Map<String, Push> refusing) {
    NatsCluster cluster = observed.cluster();
    Gauges gauges =
        byCluster.computeIfAbsent(cluster.getMetadata().getUid(), uid -> new Gauges(cluster));
    gauges.wanted = cluster.getSpec().size();
    gauges.ready = observed.ready().size();
    gauges.unanswered = CalloutCondition.leavesLoginsUnanswered(observed) ? 1 : 0;
    Set<String> now =
        refusing.entrySet().stream()
            .map(push -> push.getKey() + push.getValue().startedAt())
            .collect(Collectors.toSet());
    refused.increment(now.stream().filter(push -> !gauges.refusing.contains(push)).count());
    gauges.refusing = now;
  }

  /** Removes the gauges of a deleted cluster. */
  void forget(String clusterUid) {
    Gauges gauges = byCluster.remove(clusterUid);
    if (gauges != null) {
      gauges.registered.forEach(meters::remove);
    }
  }

  private synchronized void hide() {
    shown.forEach(meters::remove);
    shown.clear();
    List.copyOf(byCluster.keySet()).forEach(this::forget);
  }

  private void show(
      String ready,
      String reason,
      Supplier<Stream<NatsCluster>> clusters,
      Predicate<String> counts) {
    shown.add(
        Gauge.builder(
                "nats.operator.clusters",
                () -> clusters.get().map(ClusterMetrics::reason).filter(counts).count())
            .description("Clusters by their condition Ready")
            .tag("ready", ready)
            .tag("reason", reason)
            .register(meters));
  }

  private static String reason(NatsCluster cluster) {
    return Conditions.reason(
        cluster.getStatus() == null ? List.of() : cluster.getStatus().conditions(),
        ClusterConditions.READY);
  }

  /** The gauges of one cluster. */
  private final class Gauges {

    private final List<Gauge> registered;
    private volatile int wanted;
    private volatile int ready;
    private volatile int unanswered;
    private volatile Set<String> refusing = Set.of();

    Gauges(NatsCluster cluster) {
      var meta = cluster.getMetadata();
      Tags tags = Tags.of("cluster_namespace", meta.getNamespace(), "cluster_name", meta.getName());
      registered =
          List.of(
              gauge("servers.wanted", "Desired servers of a cluster", () -> wanted, tags),
              gauge("servers.ready", "Ready servers of a cluster", () -> ready, tags),
              gauge(
                  "servers.refusing",
                  "Servers that do not load their configuration and keep the previous permissions",
                  () -> refusing.size(),
                  tags),
              gauge(
                  "logins.unanswered",
                  "1 if servers ask the operator about logins and no replica answers",
                  () -> unanswered,
                  tags));
    }

    private Gauge gauge(String name, String description, Supplier<Number> value, Tags tags) {
      return Gauge.builder("nats.operator.cluster." + name, value)
          .description(description)
          .tags(tags)
          .register(meters);
    }
  }
}
