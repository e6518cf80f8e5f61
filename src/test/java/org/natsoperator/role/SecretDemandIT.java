package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.leader.Leadership;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Roles;
import org.natsoperator.testing.Sandbox;

/** Roles of a cluster with projected tokens, whose Secrets no pod mounts. */
@ExtendWith(ApiServer.class)
class SecretDemandIT {

  private static final NatsCluster CLUSTER =
      Clusters.cluster("{auth: {enableServiceAccounts: true, serviceAccountTokens: Projected}}");

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ObservedRole ONE = Roles.observed(Roles.user(), CLUSTER, "token");
  private static final ObservedRole OTHER = Roles.observed(Roles.admin(), CLUSTER, "token");

  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private volatile Instant now = Instant.EPOCH;
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  @Test
  void listsPodsInOneReconciliationAtATime(Sandbox sandbox) {
    SharedInformers informers = informers(sandbox);
    try (KubernetesClient client = client(sandbox);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      SecretDemand demand = new SecretDemand(client, informers, new Leadership(), clock);
      assertThat(List.of(ONE, OTHER)).allMatch(demand::isNeeded);
      now = now.plus(SecretDemand.UNUSED_FOR);
      Future<Boolean> first = threads.submit(() -> demand.isNeeded(ONE));
      try {
        await().until(() -> requests.get() == 1);

        assertThat(threads.submit(() -> demand.isNeeded(OTHER)))
            .succeedsWithin(TIMEOUT)
            .isEqualTo(true);
      } finally {
        released.countDown();
      }
      assertThat(first).succeedsWithin(TIMEOUT).isEqualTo(false);
      assertThat(demand.isNeeded(OTHER)).as("at its next check").isFalse();
      assertThat(requests).hasValue(1);
    } finally {
      informers.stop();
    }
  }

  private static SharedInformers informers(Sandbox sandbox) {
    SharedInformers informers =
        new SharedInformers(
            sandbox.client(), OperatorPropertiesFixture.watching(sandbox.namespace()).build());
    informers.start();
    informers.watchClientPods();
    await().until(informers.clientPods()::hasSynced);
    return informers;
  }

  /** Its requests wait. */
  private KubernetesClient client(Sandbox sandbox) {
    Interceptor gate =
        new Interceptor() {
          @Override
          public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            requests.incrementAndGet();
            try {
              released.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    return new KubernetesClientBuilder()
        .withConfig(sandbox.client().getConfiguration())
        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("gate", gate))
        .build();
  }
}
