package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsApi;

class ConditionsTest {

  private static final Instant FIRST = Instant.parse("2026-11-25T00:00:00.987Z");
  private static final Instant LATER = Instant.parse("2026-11-25T01:00:00Z");
  private static final List<Condition> BEFORE =
      Conditions.dated(List.of(Conditions.met("Ready", "A", "a")), List.of(), 1, FIRST);

  @Test
  void newConditionHasTimeInSeconds() {
    assertThat(BEFORE.getFirst().getLastTransitionTime()).isEqualTo("2026-11-25T00:00:00Z");
    assertThat(BEFORE.getFirst().getObservedGeneration()).isEqualTo(1);
  }

  @Test
  void keepsTimeIfOnlyMessageChanges() {
    Condition after = later(Conditions.met("Ready", "B", "b"));

    assertThat(after.getLastTransitionTime()).isEqualTo("2026-11-25T00:00:00Z");
    assertThat(after.getObservedGeneration()).isEqualTo(2);
    assertThat(after.getReason()).isEqualTo("B");
    assertThat(after.getMessage()).isEqualTo("b");
  }

  @Test
  void setsNewTimeIfStatusChanges() {
    assertThat(later(Conditions.unmet("Ready", "A", "a")).getLastTransitionTime())
        .isEqualTo(LATER.toString());
    assertThat(later(Conditions.unknown("Ready", "A", "a")).getLastTransitionTime())
        .isEqualTo(LATER.toString());
  }

  @Test
  void doesNotUseTimeOfOtherCondition() {
    assertThat(later(Conditions.met("Other", "A", "a")).getLastTransitionTime())
        .isEqualTo(LATER.toString());
  }

  @Test
  void onlyStatusTrueIsMet() {
    assertThat(Conditions.isMet(Conditions.met("Ready", "A", "a"))).isTrue();
    assertThat(Conditions.isMet(Conditions.unmet("Ready", "A", "a"))).isFalse();
    assertThat(Conditions.isMet(Conditions.unknown("Ready", "A", "a"))).isFalse();
  }

  /** Longer ones are rejected by the CRD. */
  @Test
  void cutsLongMessage() {
    String message = "a".repeat(NatsApi.MAX_CONDITION_MESSAGE) + "b";

    assertThat(Conditions.unmet("Ready", "A", message).getMessage())
        .hasSize(NatsApi.MAX_CONDITION_MESSAGE)
        .doesNotContain("b");
  }

  @Test
  void sameConditionsAreEqual() {
    assertThat(Conditions.dated(List.of(Conditions.met("Ready", "A", "a")), BEFORE, 1, LATER))
        .isEqualTo(BEFORE);
  }

  private static Condition later(Condition condition) {
    return Conditions.dated(List.of(condition), BEFORE, 2, LATER).getFirst();
  }
}
