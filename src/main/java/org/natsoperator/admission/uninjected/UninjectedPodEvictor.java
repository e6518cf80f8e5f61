package org.natsoperator.admission.uninjected;

import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.kubernetes.ObjectName;
import org.natsoperator.settings.WebhookProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Evicts uninjected pods if the installation enables it: a few at a time, within their
 * PodDisruptionBudgets. If the owner's new pod is uninjected again, it is not evicted for a day:
 * the webhook is not called, so an eviction has no effect.
 */
@Component
class UninjectedPodEvictor {

  private static final Logger LOG = LoggerFactory.getLogger(UninjectedPodEvictor.class);

  private static final int AT_ONCE = 5;
  private static final Duration REST = Duration.ofDays(1);

  private final KubernetesClient client;
  private final boolean enabled;
  private final Clock clock;

  /** Time of the first eviction by UID of the owner. */
  private final Map<String, Instant> begun = new HashMap<>();

  UninjectedPodEvictor(KubernetesClient client, WebhookProperties webhooks, Clock clock) {
    this.client = client;
    this.enabled = webhooks.evictUninjectedPods();
    this.clock = clock;
  }

  void evictSome(List<UninjectedPod> uninjected) {
    if (enabled) {
      // The API server's times are whole seconds.
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      begun.values().removeIf(at -> at.isBefore(now.minus(REST)));
      uninjected.stream()
          .filter(UninjectedPod::evictable)
          .filter(pod -> pod.created().isBefore(begun.getOrDefault(owner(pod), Instant.MAX)))
          .filter(pod -> evict(pod, now))
          .limit(AT_ONCE)
          .forEach(
              pod ->
                  LOG.atInfo()
                      .addKeyValue(ObjectName.KEY, ObjectName.of(pod.pod()))
                      .log("Evicted an uninjected pod"));
    }
  }

  private boolean evict(UninjectedPod uninjected, Instant now) {
    ObjectMeta pod = uninjected.pod().getMetadata();
    try {
      boolean evicted =
          client
              .pods()
              .inNamespace(pod.getNamespace())
              .withName(pod.getName())
              .evict(eviction(pod));
      if (evicted) {
        begun.putIfAbsent(owner(uninjected), now);
      }
      return evicted;
    } catch (KubernetesClientException e) {
      // The pod is gone or replaced by another with its name.
      LOG.atWarn()
          .addKeyValue(ObjectName.KEY, ObjectName.of(uninjected.pod()))
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to evict an uninjected pod");
      return false;
    }
  }

  /** Evicts only this pod, not a later one with its name. */
  private static Eviction eviction(ObjectMeta pod) {
    return new EvictionBuilder()
        .withMetadata(pod.edit().withUid(null).build())
        .withDeleteOptions(
            new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(pod.getUid())
                .endPreconditions()
                .build())
        .build();
  }

  private static String owner(UninjectedPod pod) {
    return pod.subject().getMetadata().getUid();
  }
}
