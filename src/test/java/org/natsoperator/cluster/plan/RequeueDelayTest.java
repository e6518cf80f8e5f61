package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;

class RequeueDelayTest {

  private static final Instant START = Instant.parse("2026-12-02T00:00:00Z");
  private static final ObservedCluster CLUSTER =
      ObservedClusterFixture.of(Clusters.walkthrough("2.15.3")).build();

  @ParameterizedTest(name = "{0} ms after the start of a push: in {1} ms")
  @CsvSource({"0, 50", "1000, 50", "2000, 100", "20000, 1000", "100000, 5000", "900000, 5000"})
  void serverThatDoesNotConfirmIsAskedLessAndLessOften(long elapsed, long delay) {
    assertThat(millis(elapsed, push(0, false))).isEqualTo(delay);
  }

  /** Such a server could cause a reconciliation each 50 ms for all time. */
  @Test
  void serverThatConfirmsNowAndThenDoesNotShortenTheDelay() {
    assertThat(millis(20_000, push(0, false), push(20_000, false), push(19_000, true)))
        .isEqualTo(1_000);
  }

  @Test
  void confirmedPushDoesNotCount() {
    assertThat(millis(20_000, push(0, true), push(18_000, false))).isEqualTo(100);
  }

  private static long millis(long elapsed, Push... pushes) {
    Map<String, PushStep> steps = new HashMap<>();
    for (Push push : pushes) {
      steps.put("uid-" + steps.size(), new PushStep(push, false, false));
    }
    PushPlan plan = new PushPlan(new ConfigFiles(Map.of(), Set.of()), steps);
    return RequeueDelay.in(CLUSTER, plan, false, START.plusMillis(elapsed)).toMillis();
  }

  private static Push push(long start, boolean confirmed) {
    Instant startedAt = START.plusMillis(start);
    return new Push("digest", "hash", 5, startedAt, startedAt, "", false, confirmed);
  }
}
