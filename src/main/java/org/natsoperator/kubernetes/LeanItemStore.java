package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/**
 * A cache without {@code managedFields}, which are half of a small object's memory. For kinds that
 * are only read: to compare an object with what we would apply, the SDK needs them.
 */
public final class LeanItemStore<T extends HasMetadata> extends BasicItemStore<T> {

  public LeanItemStore() {
    super(Cache::metaNamespaceKeyFunc);
  }

  @Override
  public T put(String key, T object) {
    object.getMetadata().setManagedFields(null);
    return super.put(key, object);
  }
}
