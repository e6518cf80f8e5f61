package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.function.Predicate;

/**
 * A cache without {@code managedFields}, which are half of a small object's memory. For what is
 * only read: to compare an object with what we would apply, the SDK needs them.
 */
public final class LeanItemStore<T extends HasMetadata> extends BasicItemStore<T> {

  private final Predicate<? super T> onlyRead;

  /** For a kind that is only read. */
  public LeanItemStore() {
    this(object -> true);
  }

  /** For a kind some objects of which are applied. */
  public LeanItemStore(Predicate<? super T> onlyRead) {
    super(Cache::metaNamespaceKeyFunc);
    this.onlyRead = onlyRead;
  }

  @Override
  public T put(String key, T object) {
    if (onlyRead.test(object)) {
      object.getMetadata().setManagedFields(null);
    }
    return super.put(key, object);
  }
}
