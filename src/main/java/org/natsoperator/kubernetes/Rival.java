package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
        list.isEmpty() ? Set.of() : Set.copyOf(List.of(list.split(",", -1))),
        Instant.parse(lock.getMetadata().getCreationTimestamp()));
  }

  /** Whether it looks after all of these namespaces; none means everywhere. */
  boolean covers(Set<String> namespaces) {
    return watchNamespaces.isEmpty()
        || !namespaces.isEmpty() && watchNamespaces.containsAll(namespaces);
  }

  /** Those of these namespaces that it looks after too; none means everywhere, here and there. */
  Set<String> shares(Set<String> namespaces) {
    if (namespaces.isEmpty() || watchNamespaces.isEmpty()) {
      return namespaces.isEmpty() ? watchNamespaces : namespaces;
    }
    return namespaces.stream().filter(watchNamespaces::contains).collect(Collectors.toSet());
  }

  /**
   * Whether of two that lead it is the one that goes on: that which looks after more, or else the
   * older, or else the first by name.
   */
  boolean precedes(Rival other) {
    boolean coversOther = covers(other.watchNamespaces);
    if (!coversOther || !other.covers(watchNamespaces)) {
      return coversOther;
    }
    int older = since.compareTo(other.since);
    return older < 0 || (older == 0 && namespace.compareTo(other.namespace) < 0);
  }
}
