package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Another operator that leads: the lock of its election says so. Who may write a lock of this name
 * may still be anybody; what {@link #serviceAccount} may do tells an operator from others.
 *
 * @param namespace where it runs
 * @param serviceAccount as which it runs: the owner of its lock
 * @param watchNamespaces what it looks after; empty means everything
 * @param since when its lock was made
 */
record Rival(String namespace, String serviceAccount, Set<String> watchNamespaces, Instant since) {

  /** Annotation on the lock: the namespaces that its operator looks after; without, it is all. */
  static final String WATCH_NAMESPACES = "nats.io/watch-namespaces";

  /** Much longer than the next leader of one operator may take. */
  private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(1);

  /** Clocks differ; but who renewed his lock long after now did not. */
  private static final Duration AHEAD = Duration.ofMinutes(1);

  /** Who holds a lock; empty if nobody does any more, or if it is not an operator's. */
  static Optional<Rival> holding(Lease lock, Instant now) {
    boolean held =
        lock.getSpec() != null
            && lock.getSpec().getHolderIdentity() != null
            && !lock.getSpec().getHolderIdentity().isEmpty()
            && lock.getSpec().getRenewTime() != null
            && isRecent(lock.getSpec().getRenewTime().toInstant(), now);
    return held
        ? lock.getMetadata().getOwnerReferences().stream()
            .filter(owner -> owner.getKind().equals("ServiceAccount"))
            .findFirst()
            .map(owner -> of(lock, owner.getName()))
        : Optional.empty();
  }

  private static boolean isRecent(Instant renewed, Instant now) {
    return now.isBefore(renewed.plus(GIVEN_UP_AFTER)) && renewed.isBefore(now.plus(AHEAD));
  }

  private static Rival of(Lease lock, String serviceAccount) {
    Map<String, String> annotations = lock.getMetadata().getAnnotations();
    String list = annotations == null ? "" : annotations.getOrDefault(WATCH_NAMESPACES, "");
    return new Rival(
        lock.getMetadata().getNamespace(),
        serviceAccount,
        list.isEmpty() ? Set.of() : Set.of(list.split(",")),
        Instant.parse(lock.getMetadata().getCreationTimestamp()));
  }

  /** Whether both look after the same namespaces, or some of them. */
  boolean watchesSome(Set<String> namespaces) {
    return watchNamespaces.isEmpty()
        || namespaces.isEmpty()
        || !Collections.disjoint(watchNamespaces, namespaces);
  }

  /**
   * A namespace that both look after, to which an operator needs its rights; empty where that is
   * all of them.
   */
  Optional<String> contested(Set<String> namespaces) {
    if (watchNamespaces.isEmpty()) {
      return namespaces.stream().sorted().findFirst();
    }
    return watchNamespaces.stream()
        .filter(namespace -> namespaces.isEmpty() || namespaces.contains(namespace))
        .sorted()
        .findFirst();
  }

  /** Whether of two that lead it is the one that goes on: the older, or else the first by name. */
  boolean precedes(Rival other) {
    int older = since.compareTo(other.since);
    return older < 0 || (older == 0 && namespace.compareTo(other.namespace) < 0);
  }
}
