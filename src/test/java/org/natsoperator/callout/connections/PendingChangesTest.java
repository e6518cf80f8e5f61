package org.natsoperator.callout.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.Identity;
import org.natsoperator.callout.connections.PendingChanges.Changes;

class PendingChangesTest {

  private static final Identity ROLE = new Identity("a", "b");

  private final CountDownLatch firstMayEnd = new CountDownLatch(1);
  private final List<Changes> checks = new CopyOnWriteArrayList<>();

  @AutoClose private final PendingChanges changes = new PendingChanges(this::check);

  /** Otherwise the events of other namespaces would wait, too. */
  @Test
  void changesDuringCheckAreCheckedTogetherAfterIt() {
    changes.ended("first");
    await().untilAsserted(() -> assertThat(checks).hasSize(1));

    for (int i = 0; i < 1_000; i++) {
      changes.roleChanged(ROLE);
      changes.clusterChanged("cluster");
      changes.ended("second");
    }
    assertThat(checks).hasSize(1);
    firstMayEnd.countDown();

    await().untilAsserted(() -> assertThat(checks).hasSize(2));
    assertThat(checks)
        .containsExactly(
            new Changes(Set.of("first"), Set.of(), Set.of()),
            new Changes(Set.of("second"), Set.of(ROLE), Set.of("cluster")));
  }

  @Test
  void failedCheckDoesNotPreventTheNext() {
    firstMayEnd.countDown();
    changes.ended("fail");
    await().dontCatchUncaughtExceptions().untilAsserted(() -> assertThat(checks).hasSize(1));
    changes.ended("next");
    await().dontCatchUncaughtExceptions().untilAsserted(() -> assertThat(checks).hasSize(2));
  }

  private void check(Changes changed) {
    checks.add(changed);
    try {
      firstMayEnd.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (changed.ended().contains("fail")) {
      throw new IllegalStateException("fails");
    }
  }
}
