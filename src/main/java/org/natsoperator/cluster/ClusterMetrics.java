package org.natsoperator.cluster;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.plan.ClusterConditions;
import org.natsoperator.cluster.plan.ObservedCluster;
import org.natsoperator.cluster.plan.Push;
import org.natsoperator.kubernetes.Conditions;
import org.springframework.stereotype.Component;

/**
 * How many clusters there are of each kind, and the servers of each. Only these few have a
 * cluster's name as a label, and they go with the cluster.
 */
@Component
class ClusterMetrics {

  private static final Set<String> READY_REASONS =
      Set.of(ClusterReasons.ALL_SERVERS_READY, ClusterReasons.PAUSED);

  private final MeterRegistry meters;
  private final Counter refused;
  private final Map<String, Gauges> byCluster = new ConcurrentHashMap<>();

  ClusterMetrics(MeterRegistry meters) {
    this.meters = meters;
    refused =
        Counter.builder("nats.operator.pushes.refused")
            .description("Files that a server which answers did not take in time")
            .register(meters);
  }

  /** Counts these whenever somebody asks; call it once. */
  void show(Supplier<Stream<NatsCluster>> clusters) {
    ClusterReasons.OF_READY.forEach(
        reason ->
            show(
                Boolean.toString(READY_REASONS.contains(reason)),
                reason,
                clusters,
                reason::equals));
    show("unknown", "", clusters, reason -> !ClusterReasons.OF_READY.contains(reason));
  }

  /**
   * Takes what was seen of a cluster's servers.
   *
   * @param refusing the pushes that servers refuse now, by pod UID
   */
  void report(ObservedCluster observed, Map<String, Push> refusing) {
    NatsCluster cluster = observed.cluster();
    Gauges gauges =
        byCluster.computeIfAbsent(
            cluster.getMetadata().getUid(), uid -> new Gauges(meters, cluster));
    gauges.latest = new Servers(cluster.getSpec().size(), observed.ready().size(), refusing.size());
    Set<String> now =
        refusing.entrySet().stream()
            .map(push -> push.getKey() + push.getValue().startedAt())
            .collect(Collectors.toSet());
    refused.increment(now.stream().filter(push -> !gauges.refused.contains(push)).count());
    gauges.refused = now;
  }

  /** Takes a deleted cluster's meters away. */
  void forget(String clusterUid) {
    Gauges gauges = byCluster.remove(clusterUid);
    if (gauges != null) {
      gauges.meters.forEach(meters::remove);
    }
  }

  private void show(
      String ready,
      String reason,
      Supplier<Stream<NatsCluster>> clusters,
      Predicate<String> counts) {
    Gauge.builder(
            "nats.operator.clusters",
            () -> clusters.get().map(ClusterMetrics::reason).filter(counts).count())
        .description("Clusters by their condition Ready")
        .tag("ready", ready)
        .tag("reason", reason)
        .register(meters);
  }

  private static String reason(NatsCluster cluster) {
    return Conditions.reason(
        cluster.getStatus() == null ? List.of() : cluster.getStatus().conditions(),
        ClusterConditions.READY);
  }

  private record Servers(int wanted, int ready, int refusing) {}

  /** One cluster's. */
  private static final class Gauges {

    private final List<? extends Meter> meters;
    private volatile Servers latest = new Servers(0, 0, 0);
    private Set<String> refused = Set.of();

    Gauges(MeterRegistry registry, NatsCluster cluster) {
      var meta = cluster.getMetadata();
      Tags tags = Tags.of("cluster_namespace", meta.getNamespace(), "cluster_name", meta.getName());
      meters =
          List.of(
              gauge("wanted", "Servers that a cluster asks for", Servers::wanted, tags, registry),
              gauge("ready", "Servers that are ready", Servers::ready, tags, registry),
              gauge(
                  "refusing",
                  "Servers that do not take their file and keep the rights they had",
                  Servers::refusing,
                  tags,
                  registry));
    }

    private Gauge gauge(
        String which,
        String description,
        ToIntFunction<Servers> value,
        Tags tags,
        MeterRegistry registry) {
      return Gauge.builder("nats.operator.cluster.servers." + which, () -> value.applyAsInt(latest))
          .description(description)
          .tags(tags)
          .register(registry);
    }
  }
}
