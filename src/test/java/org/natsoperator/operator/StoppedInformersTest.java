package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.leader.Leadership;
import org.natsoperator.leader.LeadershipFixture;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

class StoppedInformersTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger exits = new AtomicInteger();
  private final SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final SharedIndexInformer<Pod> informer = client.pods().runnableInformer(0);

  @AfterEach
  void close() {
    scheduler.close();
    client.close();
  }

  @Test
  void normalStopHasNoEffect() {
    stoppedInformers(LeadershipFixture.leader()).onStop(informer, null);

    await().during(Duration.ofMillis(200)).until(() -> exits.get() == 0);
    assertThat(count()).isZero();
  }

  @Test
  void leaderRestarts() {
    stoppedInformers(LeadershipFixture.leader()).onStop(informer, new IllegalStateException("a"));

    await().until(() -> exits.get() == 1);
    assertThat(count()).isEqualTo(1);
  }

  /** Its webhooks answer while the leader restarts. */
  @Test
  void standbyReplicaRestartsLater() {
    stoppedInformers(new Leadership()).onStop(informer, new IllegalStateException("a"));

    await().during(Duration.ofMillis(500)).until(() -> exits.get() == 0);
    assertThat(count()).isEqualTo(1);
  }

  private StoppedInformers stoppedInformers(Leadership leadership) {
    return new StoppedInformers(leadership, scheduler, meters, exits::incrementAndGet);
  }

  private double count() {
    return meters.get("nats.operator.stopped.informers").gauge().value();
  }
}
