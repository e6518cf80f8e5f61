package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;

class MetricsEndpointTest {

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger collections = new AtomicInteger();

  @Test
  void collectsForOneRequestWhileLimitedOthersWait() {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register((Collector) this::collect);
    MetricsEndpoint endpoint = new MetricsEndpoint(registry, PrometheusConfig.DEFAULT);
    List<Future<Integer>> requests;
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      requests =
          IntStream.range(0, 2 * ProbeProtocol.MOST_CONNECTIONS)
              .mapToObj(i -> clients.submit(() -> status(endpoint)))
              .toList();
      try {
        await().until(() -> requests.stream().anyMatch(Future::isDone));
        assertThat(requests)
            .filteredOn(Future::isDone)
            .extracting(Future::resultNow)
            .containsOnly(503);
        assertThat(collections).hasValue(1);
      } finally {
        released.countDown();
      }
    }
    assertThat(requests).extracting(Future::resultNow).contains(200).containsOnly(200, 503);
    assertThat(status(endpoint)).isEqualTo(200);
  }

  @Test
  void waitingRequestsShareNextCollection() throws InterruptedException {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register((Collector) this::collect);
    MetricsEndpoint endpoint = new MetricsEndpoint(registry, PrometheusConfig.DEFAULT);
    List<Thread> requests =
        IntStream.range(0, 10)
            .mapToObj(i -> Thread.startVirtualThread(() -> status(endpoint)))
            .toList();
    await()
        .untilAsserted(
            () ->
                assertThat(requests)
                    .extracting(Thread::getState)
                    .containsOnly(Thread.State.WAITING));

    released.countDown();

    for (Thread request : requests) {
      request.join();
    }
    assertThat(collections).as("the one they waited for, and their own").hasValue(2);
    assertThat(status(endpoint)).isEqualTo(200);
    assertThat(collections).as("a later request has its own").hasValue(3);
  }

  private CounterSnapshot collect() {
    collections.incrementAndGet();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return CounterSnapshot.builder().name("a").build();
  }

  private static int status(MetricsEndpoint endpoint) {
    return endpoint.scrape(PrometheusOutputFormat.CONTENT_TYPE_004, null).getStatus();
  }
}
