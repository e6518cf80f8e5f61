package org.natsoperator.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeadershipTest {

  private static final Duration MOMENT = Duration.ofMillis(1);

  private final AtomicLong clock = new AtomicLong();
  private final Leadership leadership = new Leadership(clock::get);
  private final List<String> calls = new ArrayList<>();

  @BeforeEach
  void recordTerms() {
    leadership.whenBegun(() -> calls.add("begun"));
    leadership.whenEnded(() -> calls.add("ended"));
  }

  @Test
  void termEndsAtDeadlineWithoutRenewal() {
    leadership.renewed(clock.get());
    pass(Leadership.DEADLINE.minus(MOMENT));
    assertThat(leadership.isHeld()).isTrue();
    pass(MOMENT);
    assertThat(leadership.isHeld()).isFalse();
  }

  @Test
  void renewalExtendsTerm() {
    leadership.renewed(clock.get());
    for (int i = 0; i < 10; i++) {
      pass(Leadership.DEADLINE.dividedBy(2));
      leadership.renewed(clock.get());
      assertThat(leadership.isHeld()).isTrue();
    }
    assertThat(calls).containsExactly("begun");
  }

  /** The deadline counts from the request: other replicas count from its arrival. */
  @Test
  void responseAfterDeadlineBeginsNoTerm() {
    long start = clock.get();
    pass(Leadership.DEADLINE);
    leadership.renewed(start);
    assertThat(leadership.isHeld()).isFalse();
    assertThat(calls).isEmpty();
  }

  /** Changes that were ignored meanwhile must be reconciled. */
  @Test
  void lateRenewalBeginsAnotherTerm() {
    leadership.renewed(clock.get());
    pass(Leadership.DEADLINE);
    leadership.renewed(clock.get());
    assertThat(leadership.isHeld()).isTrue();
    assertThat(calls).containsExactly("begun", "ended", "begun");
  }

  @Test
  void nextTermWaitsForReconciliationOfLastTerm() {
    leadership.renewed(clock.get());
    leadership.runIfHeld(
        () -> {
          pass(Leadership.DEADLINE);
          leadership.renewed(clock.get());
          assertThat(leadership.isHeld()).isFalse();
          assertThat(leadership.prepare()).isFalse();
        });
    assertThat(calls).containsExactly("begun");
    assertThat(leadership.prepare()).isTrue();
    leadership.renewed(clock.get());
    assertThat(calls).containsExactly("begun", "ended", "begun");
  }

  @Test
  void standbyDoesNotReconcile() {
    assertThat(leadership.ifHeld(() -> "reconciled", "ignored")).isEqualTo("ignored");
    leadership.renewed(clock.get());
    assertThat(leadership.ifHeld(() -> "reconciled", "ignored")).isEqualTo("reconciled");
    leadership.end();
    assertThat(leadership.ifHeld(() -> "reconciled", "ignored")).isEqualTo("ignored");
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }
}
