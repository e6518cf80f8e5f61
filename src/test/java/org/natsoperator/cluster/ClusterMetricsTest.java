package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.Push;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.kubernetes.Conditions;
import org.natsoperator.leader.Leadership;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;
import org.natsoperator.testing.ObservedServerFixture;

class ClusterMetricsTest {

  private static final NatsCluster CLUSTER = Clusters.cluster("{size: 3}");
  private static final ObservedServer SERVER =
      ObservedServerFixture.running("example-nats-1").build();
  private static final Push PUSH =
      Push.start(SERVER, new ServerConfigFile("{}"), false, Instant.EPOCH);

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ClusterMetrics meters = new ClusterMetrics(registry, new Leadership());

  @Test
  void countsServersOfCluster() {
    meters.report(observed(CLUSTER), Map.of());

    assertThat(servers("wanted")).isEqualTo(3);
    assertThat(servers("ready")).isEqualTo(1);
    assertThat(servers("refusing")).isZero();
  }

  @Test
  void showsClusterWithoutAnswersToLogins() {
    meters.report(observed(CLUSTER), Map.of());
    assertThat(unanswered()).isZero();

    meters.report(
        observed(
            Clusters.cluster(
                "{version: 2.15.3, auth: {enableServiceAccounts: true, serviceAccountTokens:"
                    + " Projected}}")),
        Map.of());
    assertThat(unanswered()).isEqualTo(1);
  }

  @Test
  void countsRejectionOnceDespiteRetries() {
    meters.report(observed(CLUSTER), Map.of("one", PUSH));
    meters.report(observed(CLUSTER), Map.of("one", PUSH.again(Instant.EPOCH.plusSeconds(20))));
    assertThat(servers("refusing")).isEqualTo(1);
    assertThat(refused()).isEqualTo(1);

    meters.report(observed(CLUSTER), Map.of("one", PUSH, "two", PUSH));
    assertThat(servers("refusing")).isEqualTo(2);
    assertThat(refused()).isEqualTo(2);

    meters.report(observed(CLUSTER), Map.of());
    assertThat(servers("refusing")).isZero();
    assertThat(refused()).isEqualTo(2);
  }

  @Test
  void removesMetersOfDeletedCluster() {
    List<Meter> before = registry.getMeters();
    meters.report(observed(CLUSTER), Map.of());
    assertThat(registry.getMeters()).hasSizeGreaterThan(before.size());

    meters.forget(Clusters.UID);
    assertThat(registry.getMeters()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void keepsMetersOfClusterThatIsRecreatedImmediately() {
    NatsCluster successor = Clusters.cluster("{size: 5}");
    successor.getMetadata().setUid("another");
    meters.report(observed(CLUSTER), Map.of());

    meters.forget(Clusters.UID);
    meters.report(observed(successor), Map.of());
    meters.forget(Clusters.UID);

    assertThat(servers("wanted")).isEqualTo(5);
  }

  @Test
  void countsClustersByStatus() {
    meters.show(
        () ->
            List.of(
                cluster("AllServersReady"), cluster("ServerFails"), cluster("nonsense"), CLUSTER)
                .stream());

    assertThat(clusters("true", "AllServersReady")).isEqualTo(1);
    assertThat(clusters("false", "ServerFails")).isEqualTo(1);
    assertThat(clusters("false", "RollingOut")).isZero();
    assertThat(clusters("unknown", "")).isEqualTo(2);
    assertThat(registry.find("nats.operator.clusters").gauges())
        .hasSize(ClusterReasons.OF_READY.size() + 1);
  }

  private double unanswered() {
    return registry.get("nats.operator.cluster.logins.unanswered").gauge().value();
  }

  private double servers(String which) {
    return registry
        .get("nats.operator.cluster.servers." + which)
        .tags("cluster_namespace", "nats-io", "cluster_name", "example-nats")
        .gauge()
        .value();
  }

  private double clusters(String ready, String reason) {
    return registry
        .get("nats.operator.clusters")
        .tags("ready", ready, "reason", reason)
        .gauge()
        .value();
  }

  private double refused() {
    return registry.get("nats.operator.pushes.refused").counter().count();
  }

  private static ObservedCluster observed(NatsCluster cluster) {
    return ObservedClusterFixture.of(cluster).servers(SERVER).build();
  }

  private static NatsCluster cluster(String reason) {
    NatsCluster cluster = Clusters.cluster("{size: 3}");
    cluster.setStatus(Clusters.status(Conditions.unmet("Ready", reason, "")));
    return cluster;
  }
}
