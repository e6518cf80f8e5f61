package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.natsoperator.leader.Leadership;
import org.natsoperator.lookup.ClientTokens;
import org.natsoperator.lookup.Pages;
import org.natsoperator.lookup.SharedInformers;
import org.springframework.stereotype.Component;

/**
 * Whether a role needs its token Secret. In a cluster with projected tokens only pods that mount
 * the Secret need it, such as those from before the cluster had projected tokens.
 */
@Component
class SecretDemand {

  /** A pod that is replaced by another one must find the same Secret. */
  static final Duration UNUSED_FOR = Duration.ofSeconds(30);

  /** A namespace with many roles is listed once for all of them. */
  private static final Duration LISTED_FOR = Duration.ofSeconds(10);

  /** Of the mounted Secrets, those that exist: a pod can name a hundred thousand others. */
  private record Listed(Set<String> secrets, Instant time) {}

  private final KubernetesClient client;
  private final SharedInformers informers;
  private final Clock clock;
  private final PendingRoles unused = new PendingRoles();
  private final Map<String, Listed> byNamespace = new ConcurrentHashMap<>();
  private final AtomicBoolean listing = new AtomicBoolean();

  SecretDemand(
      KubernetesClient client, SharedInformers informers, Leadership leadership, Clock clock) {
    this.client = client;
    this.informers = informers;
    this.clock = clock;
    leadership.whenEnded(unused::clear);
    leadership.whenEnded(byNamespace::clear);
  }

  /** Whether the Secret must exist. An existing one is kept until it was not used for some time. */
  boolean isNeeded(ObservedRole observed) {
    if (!observed.usesPodTokens() || isMountedByClient(observed)) {
      unused.remove(observed.role());
      return true;
    }
    return observed.tokenSecret().isPresent()
        && (!informers.clientPods().hasSynced()
            || !unused.isOverdue(observed.role(), UNUSED_FOR, clock.instant())
            || isMountedWithoutLabel(observed));
  }

  /** The time until a check, since the operator does not watch all pods that may mount a Secret. */
  static Optional<Duration> untilNextCheck(ObservedRole observed) {
    return observed.usesPodTokens() && observed.tokenSecret().isPresent()
        ? Optional.of(UNUSED_FOR)
        : Optional.empty();
  }

  private boolean isMountedByClient(ObservedRole observed) {
    String key = Cache.namespaceKeyFunc(observed.identity().namespace(), observed.secretName());
    return informers.clientPods().byIndex(SharedInformers.BY_SECRET, key).stream()
        .anyMatch(ClientTokens::isLive);
  }

  /**
   * The informer contains only pods with the label of a cluster. Only one reconciliation lists pods
   * at a time, since a namespace can have tens of thousands. Meanwhile the others keep their
   * Secrets until their next check.
   */
  private boolean isMountedWithoutLabel(ObservedRole observed) {
    String namespace = observed.identity().namespace();
    Instant now = clock.instant();
    byNamespace.values().removeIf(old -> !now.isBefore(old.time().plus(LISTED_FOR)));
    Listed listed = byNamespace.get(namespace);
    if (listed == null) {
      if (!listing.compareAndSet(false, true)) {
        return true;
      }
      try {
        listed = list(namespace);
        byNamespace.put(namespace, listed);
      } finally {
        listing.set(false);
      }
    }
    return listed.secrets().contains(observed.secretName());
  }

  private Listed list(String namespace) {
    Instant time = clock.instant();
    Set<String> secrets = new HashSet<>();
    Pages.forEach(
        client.pods().inNamespace(namespace),
        (Pod pod) -> {
          if (ClientTokens.isLive(pod)) {
            ClientTokens.secrets(pod)
                .filter(name -> informers.secrets().find(namespace, name).isPresent())
                .forEach(secrets::add);
          }
        });
    return new Listed(secrets, time);
  }
}
