package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.natsoperator.access.Lookup;
import org.natsoperator.kubernetes.ChangeHandler;

/**
 * The cached objects of one kind, from one informer per watched namespace. Both controllers and the
 * webhooks read from it.
 */
public final class SharedInformer<T extends HasMetadata> implements Lookup<T> {

  /** For lists of ten thousands of objects, one in each page. */
  public static final Duration SYNC_TIMEOUT = Duration.ofMinutes(10);

  /** Longer than a watch event takes to arrive; a deleted object must not stay visible. */
  private static final Duration WRITE_VISIBLE = Duration.ofSeconds(10);

  private final List<SharedIndexInformer<T>> informers;
  private final Map<String, Write<T>> writes = new ConcurrentHashMap<>();
  private volatile CompletableFuture<?> synced = new CompletableFuture<>();

  SharedInformer(List<SharedIndexInformer<T>> informers) {
    this.informers = informers;
    addHandler(new ChangeHandler<>(this::forgetWrite, this::forgetWrite));
  }

  /** Calls the handler for each later change; call it before the informers start. */
  public void addHandler(ResourceEventHandler<T> handler) {
    informers.forEach(informer -> informer.addEventHandler(handler));
  }

  /** Calls the listener with each object that is deleted later; call it before the start. */
  public void onDelete(Consumer<T> listener) {
    addHandler(new ChangeHandler<>(object -> {}, listener));
  }

  /** The newest known version of an object: from the watch, or as this operator wrote it. */
  @Override
  public Optional<T> find(String namespace, String name) {
    String key = Cache.namespaceKeyFunc(namespace, name);
    Optional<T> watched =
        informers.stream()
            .map(informer -> informer.getStore().getByKey(key))
            .filter(Objects::nonNull)
            .findFirst();
    Write<T> write = writes.get(key);
    return write != null && write.isRecent() && write.isNewerThan(watched)
        ? Optional.of(write.object())
        : watched;
  }

  /** All objects that the watches have delivered. */
  public Stream<T> list() {
    return informers.stream().flatMap(informer -> informer.getStore().list().stream());
  }

  /**
   * The objects with this key in an index of {@link SharedInformers}, as the watches delivered
   * them.
   */
  public List<T> byIndex(String index, String key) {
    return informers.stream()
        .flatMap(informer -> informer.getIndexer().byIndex(index, key).stream())
        .toList();
  }

  /** Makes an object visible that this operator has just written, until its watch event arrives. */
  public void written(T object) {
    writes.values().removeIf(write -> !write.isRecent());
    writes.put(Cache.metaNamespaceKeyFunc(object), new Write<>(object, System.nanoTime()));
  }

  /** Whether the first list of every informer has arrived. */
  public boolean hasSynced() {
    return informers.stream().allMatch(SharedIndexInformer::hasSynced);
  }

  /** Whether the cache is filled and every informer runs. */
  boolean isHealthy() {
    return hasSynced() && informers.stream().allMatch(SharedIndexInformer::isRunning);
  }

  /** Starts to list and watch, and returns at once. */
  void start() {
    synced =
        CompletableFuture.allOf(
            informers.stream()
                .map(informer -> informer.start().toCompletableFuture())
                .toArray(CompletableFuture[]::new));
  }

  void stop() {
    informers.forEach(SharedIndexInformer::stop);
  }

  /**
   * Blocks until the first list of every informer has arrived.
   *
   * @throws CompletionException if that takes longer than the timeout
   */
  void awaitSync(Duration timeout) {
    synced.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  private record Write<T extends HasMetadata>(T object, long at) {

    boolean isRecent() {
      return System.nanoTime() - at < WRITE_VISIBLE.toNanos();
    }

    boolean isNewerThan(Optional<T> other) {
      return other.filter(watched -> version(watched) >= version(object)).isEmpty();
    }

    private static long version(HasMetadata object) {
      return Long.parseLong(object.getMetadata().getResourceVersion());
    }
  }

  /** Forgets a write when the watch delivers it or a newer version. */
  private void forgetWrite(T seen) {
    writes.computeIfPresent(
        Cache.metaNamespaceKeyFunc(seen),
        (key, write) -> write.isNewerThan(Optional.of(seen)) ? write : null);
  }
}
