package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.Interceptor.RequestTags;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.Identity;
import org.natsoperator.leader.Leadership;
import org.natsoperator.leader.LeadershipFixture;
import org.natsoperator.lookup.PageSize;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.RequestLog;
import org.natsoperator.testing.Sandbox;

/** Annotates client pods of a real API server. */
@ExtendWith(ApiServer.class)
class ClientPodNotifierIT {

  private static final int ROLES = 30;
  private static final int PODS_PER_ROLE = 2;

  private final RequestLog log = new RequestLog();

  /** Otherwise thousands of pods do not fit into the heap, once for each token. */
  @Test
  void listsPodsInPagesAndOnceForSeveralTokens(Sandbox sandbox) {
    IntStream.range(0, ROLES * PODS_PER_ROLE).forEach(i -> create(sandbox, i));
    CountDownLatch triggered = new CountDownLatch(1);
    try (KubernetesClient client = log.record(sandbox.client(), gate(triggered))) {
      ClientPodNotifier notifier = new ClientPodNotifier(client, LeadershipFixture.leader());

      IntStream.range(0, ROLES)
          .forEach(role -> notifier.triggerKubeletSync(names(sandbox, role), "call"));
      assertThat(notifier.isTriggering(names(sandbox, ROLES - 1))).isTrue();
      triggered.countDown();

      await()
          .untilAsserted(
              () ->
                  assertThat(pods(sandbox))
                      .hasSize(ROLES * PODS_PER_ROLE)
                      .allSatisfy(
                          pod ->
                              assertThat(pod.getMetadata().getAnnotations())
                                  .containsEntry(ClientPodNotifier.ANNOTATION, "call")));
      await().until(() -> !notifier.isTriggering(names(sandbox, ROLES - 1)));
      notifier.stop();
    }
    assertThat(log.lists("pods"))
        .hasSizeLessThan(ROLES / 2)
        .allMatch(request -> request.contains("limit=" + PageSize.USUAL));
  }

  @Test
  void standbyListsNoPods(Sandbox sandbox) {
    try (KubernetesClient client = log.record(sandbox.client())) {
      ClientPodNotifier notifier = new ClientPodNotifier(client, new Leadership());
      notifier.triggerKubeletSync(names(sandbox, 0), "call");
      await().until(() -> !notifier.isTriggering(names(sandbox, 0)));
      notifier.stop();
    }
    assertThat(log.lists("pods")).isEmpty();
  }

  /** Requests wait until the latch is open. */
  private static Interceptor gate(CountDownLatch latch) {
    return new Interceptor() {
      @Override
      public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        try {
          latch.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }

  private static ClientNames names(Sandbox sandbox, int role) {
    return new ClientNames(
        new Identity(sandbox.namespace(), "role-" + role), sandbox.namespace(), CLUSTER);
  }

  private static List<Pod> pods(Sandbox sandbox) {
    return sandbox.client().pods().inNamespace(sandbox.namespace()).list().getItems();
  }

  private static void create(Sandbox sandbox, int pod) {
    sandbox
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("pod-" + pod)
                .withNamespace(sandbox.namespace())
                .addToLabels("nats_cluster", CLUSTER)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("client")
                .withImage("client")
                .endContainer()
                .addNewVolume()
                .withName("token")
                .withNewSecret()
                .withSecretName(names(sandbox, pod % ROLES).secret())
                .endSecret()
                .endVolume()
                .endSpec()
                .build())
        .create();
  }
}
