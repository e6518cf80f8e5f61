package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.Pod;
import jakarta.annotation.PreDestroy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.lookup.UncachedReader;
import org.springframework.stereotype.Component;

/**
 * Asks the API server about pods that are connected but have no label of a cluster, since no
 * informer watches them.
 */
@Component
class UnlabelledPods {

  private final SharedInformers informers;
  private final UncachedReader reader;
  private final RecentDeletions deletions;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  UnlabelledPods(SharedInformers informers, UncachedReader reader, RecentDeletions deletions) {
    this.informers = informers;
    this.reader = reader;
    this.deletions = deletions;
  }

  /** Whether the informer does not contain the pod of a connection. */
  boolean isUnlabelled(ConnectionTags login) {
    return login
        .pod()
        .filter(
            name ->
                informers
                    .clientPods()
                    .find(login.identity().namespace(), name)
                    .filter(pod -> isPodOf(login, pod))
                    .isEmpty())
        .isPresent();
  }

  /** Records the pods that do not exist any more as deleted, one after the other. */
  void check(Collection<ConnectionTags> connected) {
    Map<String, ConnectionTags> byUid = new HashMap<>();
    connected.forEach(login -> login.boundUid().ifPresent(uid -> byUid.put(uid, login)));
    if (!byUid.isEmpty()) {
      threads.execute(() -> byUid.values().forEach(this::check));
    }
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** The API server may not answer; then the next check asks again. */
  private void check(ConnectionTags login) {
    Optional<Optional<Pod>> answer =
        reader.get(Pod.class, login.identity().namespace(), login.pod().orElseThrow());
    if (answer.isPresent() && answer.get().filter(pod -> isPodOf(login, pod)).isEmpty()) {
      login.boundUid().ifPresent(deletions::deleted);
    }
  }

  private static boolean isPodOf(ConnectionTags login, Pod pod) {
    return login.boundUid().filter(pod.getMetadata().getUid()::equals).isPresent();
  }
}
