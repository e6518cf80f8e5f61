package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.natsoperator.lookup.UncachedReader;

/** An API server with some objects, which records each request as {@code <kind> <name>}. */
final class FakeReader extends UncachedReader {

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Map<String, HasMetadata> objects = new ConcurrentHashMap<>();
  private volatile boolean silent;
  private volatile CountDownLatch blocked = new CountDownLatch(0);

  FakeReader() {
    super(null, null);
  }

  FakeReader with(HasMetadata object) {
    objects.put(key(object.getClass(), object.getMetadata().getName()), object);
    return this;
  }

  /** Answers no more requests. */
  FakeReader silent() {
    silent = true;
    return this;
  }

  /** Requests wait until the latch is open. */
  FakeReader blocked(CountDownLatch latch) {
    blocked = latch;
    return this;
  }

  List<String> requests() {
    return requests;
  }

  @Override
  public <T extends HasMetadata> Optional<Optional<T>> get(
      Class<T> kind, String namespace, String name) {
    requests.add(key(kind, name));
    try {
      blocked.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return silent
        ? Optional.empty()
        : Optional.of(Optional.ofNullable(kind.cast(objects.get(key(kind, name)))));
  }

  private static String key(Class<?> kind, String name) {
    return kind.getSimpleName() + " " + name;
  }
}
