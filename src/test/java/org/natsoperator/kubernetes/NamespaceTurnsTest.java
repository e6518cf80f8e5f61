package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamespaceTurnsTest {

  private final List<String> retried = new ArrayList<>();
  private final NamespaceTurns<String> turns = new NamespaceTurns<>(2, retried::add);

  @Test
  void returnsResult() {
    assertThat(turns.run("a", "1", () -> "result")).contains("result");
  }

  @Test
  void limitsTasksOfNamespaceAtATime() {
    whileTwoRun(() -> assertThat(run("a", "3")).isEmpty());
    assertThat(run("a", "3")).isPresent();
  }

  @Test
  void otherNamespaceDoesNotWait() {
    whileTwoRun(() -> assertThat(run("b", "1")).isPresent());
    assertThat(retried).isEmpty();
  }

  @Test
  void endOfTaskRetriesTheOneThatWaitedLongest() {
    turns.run(
        "a",
        "1",
        () -> {
          turns.run("a", "2", this::threeAndFourWait);
          assertThat(retried).containsExactly("3");
          return true;
        });
    assertThat(retried).containsExactly("3", "4");
  }

  /** Such as those of deleted clusters, which never run again. */
  @Test
  void tasksThatDoNotRunAgainDoNotHoldUpOthers() {
    whileTwoRun(
        () -> {
          for (int i = 3; i <= 9; i++) {
            run("a", Integer.toString(i));
          }
        });
    assertThat(retried).containsExactly("3", "4", "5", "6", "7", "8", "9");
  }

  @Test
  void taskThatRanMeanwhileDoesNotWait() {
    turns.run(
        "a",
        "1",
        () -> {
          turns.run("a", "2", this::threeAndFourWait);
          return run("a", "4");
        });
    assertThat(retried).containsExactly("3");
  }

  @Test
  void failedTaskEnds() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> turns.run("a", "1", NamespaceTurnsTest::fail))
          .hasMessage("expected by a test");
    }
    assertThat(run("a", "2")).isPresent();
  }

  private void whileTwoRun(Runnable check) {
    turns.run(
        "a",
        "1",
        () ->
            turns.run(
                "a",
                "2",
                () -> {
                  check.run();
                  return true;
                }));
  }

  private boolean threeAndFourWait() {
    run("a", "3");
    run("a", "4");
    return true;
  }

  private Optional<Boolean> run(String namespace, String task) {
    return turns.run(namespace, task, () -> true);
  }

  private static boolean fail() {
    throw new IllegalStateException("expected by a test");
  }
}
