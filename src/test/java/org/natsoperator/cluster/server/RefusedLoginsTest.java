package org.natsoperator.cluster.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.server.RefusedLogin.AUTHENTICATION_FAILURE;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;

class RefusedLoginsTest {

  private static final Instant START = Instant.parse("2026-11-28T00:00:00Z");
  private static final NatsCluster CLUSTER = Clusters.cluster("{size: 1, version: 2.15.3}");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<NatsCluster> reconciled = new ArrayList<>();
  private Instant now = START;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final RefusedLogins logins = new RefusedLogins(meters, clock);

  @BeforeEach
  void begin() {
    logins.onRepetition(reconciled::add);
    logins.begin(CLUSTER);
  }

  @Test
  void beginsAtZero() {
    assertThat(counted()).isZero();
    assertThat(logins.of(CLUSTER)).contains(ObservedRefusals.none(START));
  }

  @Test
  void countsEachRefusalButReconcilesOnce() {
    for (int i = 1; i <= 100; i++) {
      refuseAt(i);
    }

    assertThat(counted()).isEqualTo(100);
    assertThat(reconciled).containsExactly(CLUSTER);
    assertThat(logins.of(CLUSTER))
        .contains(
            new ObservedRefusals(
                START, Optional.of(START.plusSeconds(1)), Optional.of(START.plusSeconds(100))));
  }

  @Test
  void fewRefusalsAreNotRepeated() {
    refuseAt(0);
    refuseAt(29);
    assertThat(reconciled).isEmpty();

    refuseAt(30);

    assertThat(reconciled).hasSize(1);
  }

  @Test
  void refusalsAfterLongTimeAreNotRepeated() {
    refuseAt(0);
    refuseAt(601);

    assertThat(reconciled).isEmpty();
    assertThat(logins.of(CLUSTER).orElseThrow().areRepeated()).isFalse();
  }

  @Test
  void reconcilesAgainAfterTimeWithoutRefusal() {
    refuseAt(0);
    refuseAt(30);
    refuseAt(700);
    refuseAt(730);

    assertThat(reconciled).hasSize(2);
  }

  @Test
  void labelsAreOnlyClusterAndReason() {
    logins.count(CLUSTER, AUTHENTICATION_FAILURE);

    assertThat(meters.getMeters())
        .hasSize(RefusedLogin.values().length)
        .allSatisfy(
            meter ->
                assertThat(meter.getId().getTags())
                    .extracting("key")
                    .containsExactlyInAnyOrder("cluster_namespace", "cluster_name", "reason"));
  }

  @Test
  void forgetsClusterWithItsMetrics() {
    logins.retain(Set.of(CLUSTER.getMetadata().getUid()));
    assertThat(meters.getMeters()).isNotEmpty();

    logins.retain(Set.of());
    logins.count(CLUSTER, AUTHENTICATION_FAILURE);

    assertThat(meters.getMeters()).extracting(Meter::getId).isEmpty();
    assertThat(logins.of(CLUSTER)).isEmpty();
    assertThat(reconciled).isEmpty();
  }

  private void refuseAt(int second) {
    now = START.plusSeconds(second);
    logins.count(CLUSTER, AUTHENTICATION_FAILURE);
  }

  private double counted() {
    return meters
        .get("nats.operator.cluster.logins.refused")
        .tag("reason", "authentication_failure")
        .counter()
        .count();
  }
}
