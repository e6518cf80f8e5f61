package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Clusters;

class DisruptionBudgetTest {

  @Test
  void allowsDrainOfOneServerAtATime() {
    var budget = DisruptionBudget.of(Clusters.cluster("{size: 5}")).orElseThrow();

    assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
    assertThat(budget.getSpec().getSelector().getMatchLabels())
        .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats"));
  }

  @Test
  void singleServerDoesNotBlockDrain() {
    assertThat(DisruptionBudget.of(Clusters.cluster("{size: 1}"))).isEmpty();
  }
}
