package org.natsoperator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RenderingLimitTest {

  private final RenderingLimit limit = new RenderingLimit();

  @Test
  void runsTwoLargestAtATime() throws Exception {
    assertAtATime(2, Long.MAX_VALUE);
  }

  @Test
  void runsManySmallAtATime() throws Exception {
    assertAtATime(409, 10_000);
  }

  private void assertAtATime(int most, long bytes) throws Exception {
    Semaphore started = new Semaphore(0);
    CountDownLatch mayEnd = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results =
          IntStream.range(0, most + 3)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> limit.within(bytes, () -> startAndWait(i, started, mayEnd))))
              .toList();
      boolean all = started.tryAcquire(most, 10, TimeUnit.SECONDS);
      boolean another = started.tryAcquire(100, TimeUnit.MILLISECONDS);
      mayEnd.countDown();
      assertThat(all).isTrue();
      assertThat(another).isFalse();
      assertThat(results)
          .extracting(Future::get)
          .containsExactlyElementsOf(IntStream.range(0, most + 3).boxed().toList());
    }
  }

  @Test
  void releasesPlaceAfterFailure() {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> limit.within(Long.MAX_VALUE, RenderingLimitTest::fail))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static int startAndWait(int result, Semaphore started, CountDownLatch mayEnd) {
    started.release();
    try {
      mayEnd.await();
      return result;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int fail() {
    throw new IllegalStateException("failed");
  }
}
