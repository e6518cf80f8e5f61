package org.natsoperator.cluster.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.leader.Leadership;
import org.natsoperator.leader.LeadershipFixture;
import org.natsoperator.testing.ServerPods;

class ServerCommandsTest {

  private final ServerCommands commands = new ServerCommands(LeadershipFixture.leader());
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger started = new AtomicInteger();

  @AfterEach
  void end() {
    over.countDown();
    commands.stop();
  }

  @Test
  void runsOneCommandAtATimeForEachServer() {
    for (int i = 0; i < 5; i++) {
      commands.run(server("a-1"), this::hang);
      commands.run(server("a-2"), this::hang);
    }

    await().until(() -> started.get() == 2);
    await().during(300, TimeUnit.MILLISECONDS).until(() -> started.get() == 2);
  }

  @Test
  void limitsCommandsOfAllServers() {
    for (int i = 0; i < 50; i++) {
      commands.run(server("a-" + i), this::hang);
    }

    await().until(() -> started.get() == 16);
    await().during(300, TimeUnit.MILLISECONDS).until(() -> started.get() == 16);
    over.countDown();
    await().until(() -> started.get() == 50);
  }

  /** The owner of a cluster chooses the image. */
  @Test
  void quickServersDoNotWaitForThoseThatHang() {
    for (int i = 0; i < 20; i++) {
      commands.run(server("quick-" + i), started::incrementAndGet);
    }
    await().until(() -> started.get() == 20);
    await().during(100, TimeUnit.MILLISECONDS).until(() -> true);
    for (int i = 0; i < 50; i++) {
      commands.run(server("hangs-" + i), this::hang);
    }
    await().until(() -> started.get() == 36);

    for (int i = 0; i < 20; i++) {
      commands.run(server("quick-" + i), this::hang);
    }

    await().until(() -> started.get() == 52);
    await().during(300, TimeUnit.MILLISECONDS).until(() -> started.get() == 52);
  }

  /** Some of its servers were quick before. */
  @Test
  void serversOfOneNamespaceLeavePlacesToOthers() {
    for (int i = 0; i < 20; i++) {
      commands.run(server("hostile", "quick-" + i), started::incrementAndGet);
    }
    await().until(() -> started.get() == 20);
    await().during(100, TimeUnit.MILLISECONDS).until(() -> true);

    for (int i = 0; i < 20; i++) {
      commands.run(server("hostile", "quick-" + i), this::hang);
      commands.run(server("hostile", "hangs-" + i), this::hang);
    }

    await().until(() -> started.get() == 28);
    await().during(300, TimeUnit.MILLISECONDS).until(() -> started.get() == 28);
    commands.run(server("another"), this::hang);
    await().until(() -> started.get() == 29);
    over.countDown();
    await().until(() -> started.get() == 61);
  }

  /** It would answer each command just before it counts as slow. */
  @Test
  void serverThatAnswersLateWaitsWithThoseThatHang() {
    commands.run(server("late"), this::respondLate);
    await().until(() -> started.get() == 1);
    await().during(500, TimeUnit.MILLISECONDS).until(() -> true);
    for (int i = 0; i < 16; i++) {
      commands.run(server("hangs-" + i), this::hang);
    }
    await().until(() -> started.get() == 17);

    commands.run(server("late"), this::hang);

    await().during(300, TimeUnit.MILLISECONDS).until(() -> started.get() == 17);
  }

  @Test
  void runsNextCommandAfterFailure() {
    commands.run(
        server("a-1"),
        () -> {
          started.incrementAndGet();
          throw new IllegalStateException("expected by a test");
        });
    await().until(() -> started.get() == 1);

    await()
        .until(
            () -> {
              commands.run(server("a-1"), started::incrementAndGet);
              return started.get() > 1;
            });
    assertThat(started.get()).isGreaterThan(1);
  }

  /** A command that waits for its turn may begin after the end of the term. */
  @Test
  void noCommandBeginsOnStandby() {
    ServerCommands ofStandby = new ServerCommands(new Leadership());
    ofStandby.run(server("a-1"), this::hang);
    await().during(300, TimeUnit.MILLISECONDS).until(() -> started.get() == 0);
    ofStandby.stop();
  }

  /** The owner of a cluster chooses the image, and other clusters need the places too. */
  @Test
  void runsFewerCommandsForServerThatUsesUpItsTime() throws InterruptedException {
    ServerCommands impatient =
        new ServerCommands(LeadershipFixture.leader(), Duration.ofMillis(10));
    await()
        .until(
            () -> {
              impatient.run(server("a-1"), this::respondSlowly);
              return started.get() >= 2;
            });
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    while (System.nanoTime() < end) {
      impatient.run(server("a-1"), this::respondSlowly);
      Thread.sleep(5);
    }

    impatient.stop();
    assertThat(started.get()).isBetween(2, 4);
  }

  private void respondLate() {
    respondAfter(400);
  }

  private void respondSlowly() {
    respondAfter(15);
  }

  private void respondAfter(int millis) {
    started.incrementAndGet();
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hang() {
    started.incrementAndGet();
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Each in a namespace of its own. */
  private static Pod server(String name) {
    return server(name, name);
  }

  private static Pod server(String namespace, String name) {
    return new PodBuilder(ServerPods.running(name, "2.15.3", "any"))
        .editMetadata()
        .withNamespace(namespace)
        .endMetadata()
        .build();
  }
}
