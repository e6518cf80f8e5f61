package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.callout.protocol.CalloutMessage.IgnoreReason;
import org.natsoperator.callout.protocol.Decision;
import org.natsoperator.testing.Clusters;

class CalloutMetricsTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final CalloutMetrics metrics = new CalloutMetrics(meters);

  @Test
  void countsByClusterUntilItIsForgotten() {
    NatsCluster one = cluster("one");
    NatsCluster two = cluster("two");
    count(one);
    count(two);
    count(two);

    assertThat(counts("one")).hasSize(5).containsOnly(1.0);
    assertThat(counts("two")).hasSize(5).containsOnly(2.0);

    metrics.retain(List.of(two));
    assertThat(counts("one")).isEmpty();
    assertThat(counts("two")).hasSize(5).containsOnly(2.0);
  }

  @Test
  void keepsCountersOfClusterThatWasCreatedAgain() {
    NatsCluster cluster = cluster("one");
    count(cluster);
    cluster.getMetadata().setUid("another");
    count(cluster);

    metrics.retain(List.of(cluster));
    assertThat(counts("one")).hasSize(5).containsOnly(2.0);
    metrics.retain(List.of());
    assertThat(counts("one")).isEmpty();
  }

  private void count(NatsCluster cluster) {
    metrics.decided(cluster, new Decision.Refused(Decision.Reason.EXPIRED), Duration.ZERO);
    metrics.overloaded(cluster);
    metrics.ignored(cluster, IgnoreReason.SIZE);
    metrics.refusedByServer(cluster);
    metrics.kicked(cluster, Revocation.ROLE_DELETED);
  }

  private List<Double> counts(String cluster) {
    return meters.getMeters().stream()
        .map(Meter::getId)
        .filter(id -> cluster.equals(id.getTag("cluster_name")))
        .map(id -> meters.get(id.getName()).tags(id.getTags()).counter().count())
        .toList();
  }

  private static NatsCluster cluster(String name) {
    NatsCluster cluster = Clusters.walkthrough("2.15.3");
    cluster.getMetadata().setName(name);
    return cluster;
  }
}
