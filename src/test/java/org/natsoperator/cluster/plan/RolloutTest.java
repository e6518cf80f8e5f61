package org.natsoperator.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.cluster.plan.RolloutFixture.NOW;
import static org.natsoperator.cluster.plan.RolloutFixture.rollout;
import static org.natsoperator.cluster.plan.RolloutFixture.set;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.cluster.observed.ObservedCluster;
import org.natsoperator.cluster.observed.ObservedServer;
import org.natsoperator.cluster.plan.Rollout.Stage;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.ObservedClusterFixture;

/** Replaces and scales servers one at a time. {@link RolloutFixture} explains the servers. */
class RolloutTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        // sentence | size | replicas | servers | replicas next | stage | restarted | waiting for
        "a healthy cluster does not change | 3 | 3 | 1+ 2+ 3+ | 3 | STEADY | none | none",
        "the StatefulSet restarts a crashed server | 3 | 3 | 1+ 2x+ 3+ | 3 | STEADY |"
            + " none | none",
        "an empty StatefulSet starts all servers at once | 3 | 0 |  | 3 | STEADY | none | none",
        "scale-up adds one server | 5 | 3 | 1+ 2+ 3+ | 4 | SCALING_UP | none | none",
        "scale-up waits until the last server exists | 5 | 4 | 1+ 2+ 3+ | 4 | SCALING_UP | none |"
            + " the StatefulSet",
        "scale-up waits until the last server is ready | 5 | 4 | 1+ 2+ 3+ 4x+ | 4 | SCALING_UP |"
            + " none | example-nats-4",
        "scale-up waits until the last server confirms its users | 5 | 4 | 1+ 2+ 3+ 4?+ | 4 |"
            + " SCALING_UP | none | example-nats-4",
        "a broken server does not block scale-up | 5 | 3 | 1x+ 2+ 3+ | 4 | SCALING_UP |"
            + " none | none",
        "scale-down removes the last server first | 3 | 5 | 1+ 2+ 3+ 4+ 5+ | 4 | SCALING_DOWN |"
            + " none | none",
        "scale-down removes one server at a time | 3 | 4 | 1+ 2+ 3+ 4+ 5~+ | 4 | SCALING_DOWN |"
            + " none | example-nats-5",
        "scale-down waits until other servers confirm their users | 3 | 5 | 1+ 2?+ 3+ 4+ 5+ | 5 |"
            + " SCALING_DOWN | none | example-nats-2",
        "scale-down waits until the last server confirms its users | 3 | 5 | 1+ 2+ 3+ 4+ 5?+ | 5 |"
            + " SCALING_DOWN | none | example-nats-5",
        "a broken server does not block scale-down | 3 | 5 | 1x+ 2!+ 3+ 4+ 5+ | 4 |"
            + " SCALING_DOWN | none | none",
        "scale-down waits for a server that does not answer | 3 | 5 | 1+ 2+ 3+ 4+ 5_+ | 5 |"
            + " SCALING_DOWN | none | example-nats-5",
        "scale-down removes a last server that never worked | 3 | 5 | 1+ 2?+ 3+ 4x+ 5x+ | 4 |"
            + " SCALING_DOWN | none | none",
        "scale-down comes before the rollout | 3 | 4 | 1- 2- 3- 4- | 3 | SCALING_DOWN |"
            + " none | none",
        "a rollout replaces the last server first | 3 | 3 | 1- 2- 3- | 3 | ROLLING_OUT |"
            + " example-nats-3 | none",
        "a rollout replaces one server at a time | 3 | 3 | 1- 2- 3~- | 3 | ROLLING_OUT | none |"
            + " example-nats-3",
        "a rollout waits until the new server exists | 3 | 3 | 1- 2- | 3 | ROLLING_OUT | none | the"
            + " StatefulSet",
        "a rollout waits until the new server is ready | 3 | 3 | 1- 2- 3x+ | 3 | ROLLING_OUT | none"
            + " | example-nats-3",
        "a rollout waits until the new server confirms its users | 3 | 3 | 1- 2- 3?+ | 3 |"
            + " ROLLING_OUT | none | example-nats-3",
        "a rollout continues with the next server | 3 | 3 | 1- 2- 3+ | 3 | ROLLING_OUT |"
            + " example-nats-2 | none",
        "a rollout waits until the next server confirms its users | 3 | 3 | 1- 2?- 3+ | 3 |"
            + " ROLLING_OUT | none | example-nats-2",
        "a rollout waits until all other servers confirm their users | 3 | 3 | 1?- 2- 3+ | 3 |"
            + " ROLLING_OUT | none | example-nats-1",
        "a failed rollout stops | 3 | 3 | 1- 2x+ 3+ | 3 | ROLLING_OUT | none |" + " example-nats-2",
        "a failed rollout does not continue with other broken servers | 3 | 3 | 1x- 2x+ 3+ | 3 |"
            + " ROLLING_OUT | none | example-nats-2",
        "a corrected rollout starts with the broken server | 3 | 3 | 1- 2x- 3- | 3 | ROLLING_OUT |"
            + " example-nats-2 | none",
        "a server that rejects its configuration counts as broken | 3 | 3 | 1!- 2- 3- | 3 |"
            + " ROLLING_OUT | example-nats-1 | none",
        "a rollout replaces broken servers one by one | 3 | 3 | 1x- 2x- 3x- | 3 | ROLLING_OUT |"
            + " example-nats-3 | none",
        "scale-up comes after the rollout | 5 | 3 | 1- 2+ 3+ | 3 | ROLLING_OUT |"
            + " example-nats-1 | none"
      })
  void replacesAndScalesServersOneAtATime(
      String sentence,
      int size,
      int replicas,
      String servers,
      int next,
      Stage stage,
      String restart,
      String waitingFor) {
    Rollout rollout = rollout(size, set(replicas, 2L), servers == null ? "" : servers);

    assertThat(rollout)
        .as(sentence)
        .extracting(
            Rollout::replicas,
            Rollout::stage,
            r -> r.restart().map(ObservedServer::name).orElse(null),
            r -> r.waitingFor().orElse(null))
        .containsExactly(next, stage, restart, waitingFor);
  }

  @Test
  void newClusterStartsAllServersAtOnce() {
    ObservedCluster observed = ObservedClusterFixture.of(Clusters.walkthrough("2.15.3")).build();

    assertThat(Rollout.of(observed, Map.of(), NOW).replicas()).isEqualTo(3);
  }

  @Test
  void ignoresStatefulSetOfDeletedClusterWithSameName() {
    StatefulSet foreign =
        new StatefulSetBuilder(set(1, 2L))
            .editMetadata()
            .editFirstOwnerReference()
            .withUid("other")
            .endOwnerReference()
            .endMetadata()
            .build();

    assertThat(rollout(3, foreign, "1+").replicas()).isEqualTo(3);
  }

  @Test
  void replacesNothingBeforeNewestTemplateIsObserved() {
    Rollout rollout = rollout(3, set(3, 1L), "1- 2- 3-");

    assertThat(rollout.restart()).isEmpty();
  }
}
