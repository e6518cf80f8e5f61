package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.annotation.PreDestroy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.natsoperator.access.ClientNames;
import org.natsoperator.api.NatsApi;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.PodAnnotation;
import org.natsoperator.leader.Leadership;
import org.natsoperator.lookup.ClientTokens;
import org.natsoperator.lookup.Pages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Triggers the kubelets of client pods. A kubelet reads Secrets again when an annotation of the pod
 * changes; otherwise only after a minute or more.
 *
 * <p>A namespace may contain very many client pods. They are listed in pages, once for all Secrets
 * that were written meanwhile, and outside the reconciliation. The pages of several namespaces take
 * turns. A replica that loses the lease stops: kubelets sync the new tokens later.
 */
@Component
class ClientPodNotifier {

  static final String ANNOTATION = NatsApi.TOKEN_ISSUED_ANNOTATION;

  private static final Logger LOG = LoggerFactory.getLogger(ClientPodNotifier.class);

  /** Number of pages in memory at the same time. */
  private static final int WORKERS = 2;

  private final KubernetesClient client;
  private final Leadership leadership;
  private final ExecutorService workers =
      Executors.newFixedThreadPool(WORKERS, Thread.ofVirtual().name("client-pods").factory());

  /** The client pods of one namespace with the label of one cluster. */
  private record ClientPods(String namespace, String cluster) {

    static ClientPods of(ClientNames client) {
      return new ClientPods(client.identity().namespace(), client.cluster());
    }
  }

  /** The next values of the annotation by Secret, for pods that are not listed yet. */
  private final Map<ClientPods, Map<String, String>> waiting = new HashMap<>();

  /** The values of the annotation by Secret, for pods that are being listed. */
  private final Map<ClientPods, Map<String, String>> running = new HashMap<>();

  ClientPodNotifier(KubernetesClient client, Leadership leadership) {
    this.client = client;
    this.leadership = leadership;
  }

  /**
   * Makes the kubelets of the client pods that mount a token read it again, and returns at once. A
   * pod may mount it without having the ServiceAccount, as manifests of 2018 do. Server pods carry
   * the label too and are excluded.
   *
   * @param call value of the annotation, which differs each time
   */
  synchronized void triggerKubeletSync(ClientNames names, String call) {
    ClientPods pods = ClientPods.of(names);
    waiting.computeIfAbsent(pods, any -> new HashMap<>()).put(names.secret(), call);
    if (!running.containsKey(pods)) {
      next(pods);
    }
  }

  /** Whether some client pods that mount the token may not be annotated yet. */
  synchronized boolean isTriggering(ClientNames names) {
    ClientPods pods = ClientPods.of(names);
    return Stream.of(waiting, running)
        .anyMatch(calls -> calls.getOrDefault(pods, Map.of()).containsKey(names.secret()));
  }

  @PreDestroy
  void stop() {
    workers.shutdownNow();
  }

  private synchronized void next(ClientPods pods) {
    running.remove(pods);
    Map<String, String> calls = waiting.remove(pods);
    if (calls != null && !workers.isShutdown()) {
      running.put(pods, calls);
      workers.execute(() -> annotate(pods, calls, null));
    }
  }

  /** Annotates the pods of one page. The next page follows after those of other namespaces. */
  private void annotate(ClientPods pods, Map<String, String> calls, String from) {
    String rest = "";
    try {
      rest = leadership.ifHeld(() -> annotatePage(pods, calls, from), "");
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("namespace", pods.namespace())
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to annotate client pods; their kubelets sync the new tokens later");
    }
    String token = rest;
    if (token == null || token.isEmpty() || workers.isShutdown()) {
      next(pods);
    } else {
      workers.execute(() -> annotate(pods, calls, token));
    }
  }

  /** Returns the token of the next page; null or empty if this was the last. */
  private String annotatePage(ClientPods pods, Map<String, String> calls, String from) {
    PodList page = page(pods, from);
    page.getItems().forEach(pod -> annotate(pod, calls));
    return page.getMetadata().getContinue();
  }

  private PodList page(ClientPods pods, String from) {
    return Pages.page(
        client
            .pods()
            .inNamespace(pods.namespace())
            .withLabel(NatsApi.CLUSTER_LABEL, pods.cluster())
            .withoutLabel(NatsApi.APP_LABEL, NatsApi.APP),
        from);
  }

  private void annotate(Pod pod, Map<String, String> calls) {
    ClientTokens.secrets(pod)
        .flatMap(secret -> Stream.ofNullable(calls.get(secret)))
        .findFirst()
        .filter(call -> !call.equals(annotation(pod)))
        .ifPresent(call -> PodAnnotation.set(client, pod, ANNOTATION, call));
  }

  private static String annotation(Pod pod) {
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(ANNOTATION);
  }
}
