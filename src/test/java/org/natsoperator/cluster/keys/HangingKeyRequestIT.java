package org.natsoperator.cluster.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ClusterKeys;
import org.natsoperator.leader.Leadership;
import org.natsoperator.leader.LeadershipFixture;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** A request to the API server for the keys of one cluster takes very long. */
@ExtendWith(ApiServer.class)
class HangingKeyRequestIT {

  /** These UIDs have the same hash, so both would use the same lock of a ConcurrentHashMap. */
  private static final String SLOW = "c0";

  private static final String OTHER = "an";

  private static final int TIMEOUT_SECONDS = 10;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"GET", "POST"})
  void otherClusterGetsItsKeysMeanwhile(String method, Sandbox sandbox) throws Exception {
    assertThat(SLOW).hasSameHashCodeAs(OTHER);
    try (KubernetesClient client = client(method, sandbox);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ClusterKeyStore keys =
          new ClusterKeyStore(
              client,
              OperatorPropertiesFixture.watching().namespace(sandbox.namespace()).build(),
              LeadershipFixture.leader());
      Future<ClusterKeys> slow = threads.submit(() -> keys.keysFor(cluster(SLOW), List.of()));
      try {
        assertThat(begun.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        Future<ClusterKeys> other = threads.submit(() -> keys.keysFor(cluster(OTHER), List.of()));
        assertThat(other).succeedsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        assertThat(threads.submit(() -> keys.nkey(cluster(OTHER)).orElseThrow()))
            .succeedsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        assertThat(slow).isNotDone();
      } finally {
        released.countDown();
      }
      assertThat(slow)
          .succeedsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .isEqualTo(keys.keysFor(cluster(SLOW), List.of()));
    }
  }

  /** The shared scheduler has few threads, and a namespace can have many clusters. */
  @Test
  void deletionHoldsNoThreadOfScheduler(Sandbox sandbox) throws Exception {
    OperatorProperties properties =
        OperatorPropertiesFixture.watching().namespace(sandbox.namespace()).build();
    Leadership leader = LeadershipFixture.leader();
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    scheduler.initialize();
    try (KubernetesClient client = client("DELETE", sandbox)) {
      OrphanedKeyCleanup cleanup =
          new OrphanedKeyCleanup(
              client,
              properties,
              new ClusterKeyStore(client, properties, leader),
              new CalloutKeyStore(client, properties, leader),
              leader,
              new SharedInformers(client, properties),
              scheduler);
      cleanup.ended(SLOW);
      assertThat(begun.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();

      assertThat(scheduler.submit(() -> {})).succeedsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      cleanup.stop();
    } finally {
      released.countDown();
      scheduler.shutdown();
    }
  }

  /** Requests with this method for the keys of the slow cluster wait. */
  private KubernetesClient client(String method, Sandbox sandbox) {
    Interceptor gate =
        new Interceptor() {
          @Override
          public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            String text = request.uri() + " " + request.bodyString();
            if (request.method().equals(method) && text.contains(KeySecret.name(SLOW))) {
              begun.countDown();
              awaitRelease();
            }
          }
        };
    return new KubernetesClientBuilder()
        .withConfig(sandbox.client().getConfiguration())
        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("gate", gate))
        .build();
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static NatsCluster cluster(String uid) {
    NatsCluster cluster = Clusters.in("team");
    cluster.getMetadata().setUid(uid);
    return cluster;
  }
}
