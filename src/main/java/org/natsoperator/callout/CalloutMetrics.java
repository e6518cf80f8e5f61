package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.callout.protocol.CalloutMessage.IgnoreReason;
import org.natsoperator.callout.protocol.Decision;
import org.natsoperator.callout.protocol.Decision.Reason;
import org.springframework.stereotype.Component;

/**
 * Counts and times decisions. No label contains a value that a client can choose, since each value
 * would be another time series. {@link #retain} removes the counters of deleted clusters.
 */
@Component
class CalloutMetrics {

  private static final Duration[] BUCKETS =
      LongStream.of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 1_500)
          .mapToObj(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final MeterProvider<Counter> decisions;
  private final MeterProvider<Counter> ignored;
  private final MeterProvider<Counter> kicks;
  private final MeterProvider<Counter> refusedByServers;
  private final Timer durations;
  private final AtomicInteger inProgress = new AtomicInteger();
  private final MeterRegistry meters;

  /** By namespace and name, as the labels of the counters; a new cluster may have the same. */
  private final Map<String, Set<Counter>> byCluster = new ConcurrentHashMap<>();

  CalloutMetrics(MeterRegistry meters) {
    this.meters = meters;
    decisions =
        Counter.builder("nats.operator.callout.decisions")
            .description("Logins that servers asked about, by result and reason")
            .withRegistry(meters);
    ignored =
        Counter.builder("nats.operator.callout.ignored")
            .description("Messages that are not requests of a server of the cluster")
            .withRegistry(meters);
    kicks =
        Counter.builder("nats.operator.callout.kicks")
            .description("Connections that this replica closed, since they lost their permission")
            .withRegistry(meters);
    refusedByServers =
        Counter.builder("nats.operator.callout.server.refusals")
            .description("Logins that servers refused")
            .withRegistry(meters);
    durations =
        Timer.builder("nats.operator.callout.duration")
            .description("Time from the arrival of a request to its decision")
            .serviceLevelObjectives(BUCKETS)
            .register(meters);
    Gauge.builder("nats.operator.callout.in.progress", inProgress::get)
        .description("Logins that are being decided")
        .register(meters);
  }

  void began() {
    inProgress.incrementAndGet();
  }

  void ended() {
    inProgress.decrementAndGet();
  }

  void ignored(NatsCluster cluster, IgnoreReason reason) {
    increment(cluster, ignored, "reason", label(reason));
  }

  void decided(NatsCluster cluster, Decision decision, Duration duration) {
    durations.record(duration);
    switch (decision) {
      case Decision.Granted granted -> count(cluster, "granted", "none");
      case Decision.Refused(Reason reason) -> count(cluster, "refused", label(reason));
      case Decision.Silence(Reason reason) -> count(cluster, "silence", label(reason));
    }
  }

  void refusedByServer(NatsCluster cluster) {
    increment(cluster, refusedByServers);
  }

  void kicked(NatsCluster cluster, Revocation reason) {
    increment(cluster, kicks, "reason", label(reason));
  }

  /** Counts a request that is not decided, since too many others are in progress. */
  void overloaded(NatsCluster cluster) {
    count(cluster, "silence", label(Reason.OVERLOADED));
  }

  /** Removes the counters of all other clusters. */
  void retain(Collection<NatsCluster> clusters) {
    Set<String> wanted =
        clusters.stream().map(Cache::metaNamespaceKeyFunc).collect(Collectors.toSet());
    byCluster.keySet().stream().filter(cluster -> !wanted.contains(cluster)).forEach(this::remove);
  }

  private void remove(String cluster) {
    byCluster.computeIfPresent(
        cluster,
        (key, counters) -> {
          counters.forEach(meters::remove);
          return null;
        });
  }

  private void count(NatsCluster cluster, String result, String reason) {
    increment(cluster, decisions, "result", result, "reason", reason);
  }

  private void increment(NatsCluster cluster, MeterProvider<Counter> counters, String... tags) {
    ObjectMeta meta = cluster.getMetadata();
    Tags all =
        Tags.of("cluster_namespace", meta.getNamespace(), "cluster_name", meta.getName()).and(tags);
    byCluster.compute(
        Cache.metaNamespaceKeyFunc(cluster),
        (key, before) -> {
          Set<Counter> known = before == null ? new HashSet<>() : before;
          Counter counter = counters.withTags(all);
          counter.increment();
          known.add(counter);
          return known;
        });
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
