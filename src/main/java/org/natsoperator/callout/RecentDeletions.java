package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.natsoperator.access.Identity;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.lookup.UncachedReader;
import org.natsoperator.settings.OperatorProperties;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * ServiceAccounts, client pods, Secrets, roles and clusters that were deleted a short time ago, and
 * {@link LoginVersions} that ended then. The API server confirms a token until some time after
 * that, and its answers are remembered.
 */
@Component
class RecentDeletions {

  /** Longer than the API server's answer about a token is used, here and in its own cache. */
  static final Duration REMEMBERED = Duration.ofSeconds(75);

  /**
   * Fewer than a reader permits, so that no request fails for want of a place: all pods of a lost
   * node are deleted at once, and without time to end.
   */
  private static final int MOST_AT_A_TIME = 4;

  private final Clock clock;
  private final Map<String, Instant> uids = new ConcurrentHashMap<>();
  private final Map<Identity, Instant> roles = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(MOST_AT_A_TIME, Thread.ofVirtual().factory());
  private volatile Consumer<String> listener = uid -> {};

  /** Uses a reader of its own, since admission requests must not wait for these. */
  @Autowired
  RecentDeletions(
      SharedInformers informers,
      KubernetesClient client,
      OperatorProperties properties,
      Clock clock) {
    this(informers, new UncachedReader(client, properties), clock);
  }

  RecentDeletions(SharedInformers informers, UncachedReader reader, Clock clock) {
    this.clock = clock;
    informers.serviceAccounts().addHandler(new Handler<>(account -> List.of()));
    informers.clientPods().addHandler(new PodHandler(reader));
    informers.secrets().addHandler(new Handler<>(LoginVersions::of));
    informers.clusters().addHandler(new Handler<>(cluster -> List.of(LoginVersions.of(cluster))));
    informers
        .roles()
        .addHandler(
            new Handler<>(role -> List.of(LoginVersions.of(role), LoginVersions.ofCluster(role))));
    informers.roles().onDelete(role -> roles.put(Identity.of(role), clock.instant()));
  }

  /** Sets the listener for the UIDs of deleted objects, which are recorded before. */
  void onDeletion(Consumer<String> newListener) {
    listener = newListener;
  }

  /** Whether an object with this UID was deleted a short time ago. */
  boolean contains(String uid) {
    Instant deletedAt = uids.get(uid);
    return deletedAt != null && !isOld(deletedAt);
  }

  /** The time at which a role of this identity was deleted. */
  Optional<Instant> ofRole(Identity identity) {
    return Optional.ofNullable(roles.get(identity));
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** Only for what informers report; a server can invent the UIDs of its connections. */
  private void deleted(String uid) {
    forgetOld();
    uids.put(uid, clock.instant());
    listener.accept(uid);
  }

  private void forgetOld() {
    uids.values().removeIf(this::isOld);
    roles.values().removeIf(this::isOld);
  }

  private boolean isOld(Instant deletedAt) {
    return deletedAt.isBefore(clock.instant().minus(REMEMBERED));
  }

  /** A pod that lost its label looks like a deleted one that had no time to end. */
  final class PodHandler extends Handler<Pod> {

    private final UncachedReader reader;

    PodHandler(UncachedReader reader) {
      super(pod -> List.of());
      this.reader = reader;
    }

    @Override
    public void onDelete(Pod pod, boolean finalStateUnknown) {
      if (pod.getMetadata().getDeletionTimestamp() == null) {
        threads.execute(() -> deleteIfMissing(pod));
      } else {
        super.onDelete(pod, finalStateUnknown);
      }
    }

    /**
     * Without an answer of the API server, the pod does not count as deleted. The informer does not
     * contain it any more, so {@link MissingDependencies} asks again if it is connected.
     */
    private void deleteIfMissing(Pod pod) {
      ObjectMeta meta = pod.getMetadata();
      Optional<Optional<Pod>> answer = reader.get(Pod.class, meta.getNamespace(), meta.getName());
      if (answer.isPresent()
          && answer.get().filter(found -> meta.getUid().equals(uid(found))).isEmpty()) {
        deleted(meta.getUid());
      }
    }
  }

  /** An object that was deleted and recreated may be visible only as an update of its UID. */
  private class Handler<T extends HasMetadata> implements ResourceEventHandler<T> {

    private final Function<T, List<String>> versions;

    Handler(Function<T, List<String>> versions) {
      this.versions = versions;
    }

    @Override
    public void onAdd(T object) {
      uids.remove(uid(object));
      versions.apply(object).forEach(uids::remove);
    }

    @Override
    public void onUpdate(T before, T now) {
      if (!uid(before).equals(uid(now))) {
        onDelete(before, false);
      }
      List<String> current = versions.apply(now);
      current.forEach(uids::remove);
      versions.apply(before).stream()
          .filter(version -> !current.contains(version))
          .forEach(RecentDeletions.this::deleted);
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      deleted(uid(object));
    }

    String uid(T object) {
      return object.getMetadata().getUid();
    }
  }
}
