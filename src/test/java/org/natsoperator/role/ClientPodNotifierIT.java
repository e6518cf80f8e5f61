package org.natsoperator.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.Interceptor.RequestTags;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
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

  /** The API server answers with pages of this size, so that few pods fill several pages. */
  private static final int PAGE = 7;

  /** The pods of the roles and one that mounts another Secret. */
  private static final int PAGES = (ROLES * PODS_PER_ROLE + 1 + PAGE - 1) / PAGE;

  /** One list for the first token, and one for all that were issued meanwhile. */
  private static final int LISTS = 2;

  private final RequestLog log = new RequestLog();

  /** Otherwise thousands of pods do not fit into the heap, once for each token. */
  @Test
  void listsPodsInPagesAndOnceForSeveralTokens(Sandbox sandbox) {
    IntStream.range(0, ROLES * PODS_PER_ROLE)
        .forEach(i -> create(sandbox, "pod-" + i, names(sandbox, i % ROLES).secret()));
    create(sandbox, "stranger", "other-secret");
    CountDownLatch triggered = new CountDownLatch(1);
    try (KubernetesClient client = log.record(sandbox.client(), gate(triggered), smallPages())) {
      ClientPodNotifier notifier = new ClientPodNotifier(client, LeadershipFixture.leader());

      IntStream.range(0, ROLES)
          .forEach(role -> notifier.triggerKubeletSync(names(sandbox, role), "call-" + role));
      assertThat(notifier.isTriggering(names(sandbox, ROLES - 1))).isTrue();
      triggered.countDown();

      await().until(() -> !notifier.isTriggering(names(sandbox, ROLES - 1)));
      notifier.stop();
    }
    assertThat(annotations(sandbox)).isEqualTo(wantedAnnotations());
    assertThat(log.lists("pods"))
        .hasSize(LISTS * PAGES)
        .allMatch(request -> request.contains("limit=" + PAGE));
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

  /** Replaces the limit of each page by a smaller one. */
  private static Interceptor smallPages() {
    return new Interceptor() {
      @Override
      public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        String uri = request.uri().toString();
        builder.uri(URI.create(uri.replace("limit=" + PageSize.USUAL, "limit=" + PAGE)));
      }
    };
  }

  private static ClientNames names(Sandbox sandbox, int role) {
    return new ClientNames(
        new Identity(sandbox.namespace(), "role-" + role), sandbox.namespace(), CLUSTER);
  }

  private static Map<String, String> wantedAnnotations() {
    Map<String, String> wanted = new HashMap<>();
    IntStream.range(0, ROLES * PODS_PER_ROLE)
        .forEach(i -> wanted.put("pod-" + i, "call-" + i % ROLES));
    wanted.put("stranger", "");
    return wanted;
  }

  /** The annotation of each pod, or an empty text. */
  private static Map<String, String> annotations(Sandbox sandbox) {
    return sandbox.client().pods().inNamespace(sandbox.namespace()).list().getItems().stream()
        .map(Pod::getMetadata)
        .collect(
            Collectors.toMap(
                ObjectMeta::getName,
                pod -> pod.getAnnotations().getOrDefault(ClientPodNotifier.ANNOTATION, "")));
  }

  private static void create(Sandbox sandbox, String pod, String secret) {
    sandbox
        .client()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName(pod)
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
                .withSecretName(secret)
                .endSecret()
                .endVolume()
                .endSpec()
                .build())
        .create();
  }
}
