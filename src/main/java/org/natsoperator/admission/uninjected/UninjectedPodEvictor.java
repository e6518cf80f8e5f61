package org.natsoperator.admission.uninjected;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.natsoperator.settings.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Has missed pods made anew, if the installation asks for it: a few at a time, and no more than a
 * PodDisruptionBudget allows. A pod that was missed again after that is left alone for a day, since
 * the webhook does not reach it and each eviction would be in vain.
 */
@Component
class UninjectedPodEvictor {

  private static final Logger LOG = LoggerFactory.getLogger(UninjectedPodEvictor.class);

  private static final int AT_ONCE = 5;
  private static final Duration REST = Duration.ofDays(1);

  /** A budget says 429, and the client would ask again for minutes. */
  private static final RequestConfig ASK_ONCE =
      new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build();

  private final NamespacedKubernetesClient client;
  private final boolean asked;
  private final Clock clock;
  private final Map<String, Instant> begun = new HashMap<>();

  UninjectedPodEvictor(KubernetesClient client, WebhookProperties webhooks, Clock clock) {
    this.client = client.adapt(NamespacedKubernetesClient.class);
    this.asked = webhooks.evictUninjectedPods();
    this.clock = clock;
  }

  void evictSome(List<UninjectedPod> uninjected) {
    if (asked) {
      // The API server's times are whole seconds.
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      begun.values().removeIf(at -> at.isBefore(now.minus(REST)));
      uninjected.stream()
          .filter(UninjectedPod::evictable)
          .filter(this::wasThereBefore)
          .filter(pod -> evict(pod, now))
          .limit(AT_ONCE)
          .forEach(pod -> LOG.info("Evicted pod {}, which was missed", name(pod.pod())));
    }
  }

  /** Not one that was made since its owner's first pod was evicted. */
  private boolean wasThereBefore(UninjectedPod pod) {
    return pod.created().isBefore(begun.getOrDefault(pod.subject().getUid(), Instant.MAX));
  }

  private boolean evict(UninjectedPod uninjected, Instant now) {
    ObjectReference pod = uninjected.pod();
    try {
      boolean evicted =
          client.withRequestConfig(ASK_ONCE).call(once -> evict(once, pod)).booleanValue();
      if (evicted) {
        begun.putIfAbsent(uninjected.subject().getUid(), now);
      }
      return evicted;
    } catch (KubernetesClientException e) {
      // Gone, or another of its name.
      LOG.warn("Pod {} was missed and is not evicted: {}", name(pod), e.getMessage());
      return false;
    }
  }

  private static boolean evict(KubernetesClient client, ObjectReference pod) {
    return client
        .pods()
        .inNamespace(pod.getNamespace())
        .withName(pod.getName())
        .evict(eviction(pod));
  }

  private static Eviction eviction(ObjectReference pod) {
    return new EvictionBuilder()
        .withNewMetadata()
        .withNamespace(pod.getNamespace())
        .withName(pod.getName())
        .endMetadata()
        .withDeleteOptions(
            new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(pod.getUid())
                .endPreconditions()
                .build())
        .build();
  }

  private static String name(ObjectReference pod) {
    return pod.getNamespace() + "/" + pod.getName();
  }
}
