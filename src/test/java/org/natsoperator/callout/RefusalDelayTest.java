package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalDelayTest {

  private static final int PLACES_OF_EACH = 2;
  private static final Duration LEAST = Duration.ofMillis(250);

  private final RefusalDelay delay = new RefusalDelay(LEAST);
  private final RefusalDelay hour = new RefusalDelay(Duration.ofHours(1));

  @Test
  void waitsForTheRestOfTheTime() {
    assertThat(time(hour, Duration.ofHours(1).minusMillis(200)))
        .isGreaterThanOrEqualTo(Duration.ofMillis(200));
  }

  @Test
  void waitsNoLongerIfTheClockWasSetBack() {
    assertThat(time(delay, Duration.ofHours(-1))).isGreaterThanOrEqualTo(LEAST);
  }

  @Test
  void doesNotWaitAfterLateDecision() throws InterruptedException {
    Thread.currentThread().interrupt();
    delay.await("cluster", 1, LEAST);

    assertThat(Thread.interrupted()).as("did not sleep").isTrue();
  }

  /** The requests of waiting refusals take memory. */
  @Test
  void keepsFewRefusalsOfOneCluster() throws InterruptedException {
    int share = RefusalDelay.MOST_PLACES / 2 / PLACES_OF_EACH;
    List<Thread> waiting = IntStream.range(0, share).mapToObj(i -> waiter()).toList();
    await().until(() -> waiting.stream().allMatch(RefusalDelayTest::sleeps));

    Thread next = waiter();
    assertThat(next.join(Duration.ofMinutes(1))).isTrue();

    waiting.forEach(Thread::interrupt);
    for (Thread each : waiting) {
      each.join();
    }
    Thread free = waiter();
    await().until(() -> sleeps(free));
    free.interrupt();
  }

  private static Duration time(RefusalDelay delay, Duration elapsed) {
    return assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          long start = System.nanoTime();
          delay.await("cluster", 1, elapsed);
          return Duration.ofNanos(System.nanoTime() - start);
        });
  }

  private Thread waiter() {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                hour.await("cluster", PLACES_OF_EACH, Duration.ZERO);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static boolean sleeps(Thread thread) {
    return thread.getState() == Thread.State.TIMED_WAITING;
  }
}
