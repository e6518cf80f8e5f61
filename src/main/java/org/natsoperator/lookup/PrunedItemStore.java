package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.function.Consumer;
import org.natsoperator.kubernetes.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An informer's store that removes unused fields from each object before it keeps it; an object for
 * which that fails stays whole, since the informer would lose its event otherwise. An informer
 * deletes every object of its store that is not in its own list, so informers never share a store.
 */
final class PrunedItemStore<T extends HasMetadata> extends BasicItemStore<T> {

  private static final Logger LOG = LoggerFactory.getLogger(PrunedItemStore.class);

  private final Consumer<? super T> prune;

  /**
   * Creates an empty store.
   *
   * @param prune removes the fields that no reader of this store uses
   */
  PrunedItemStore(Consumer<? super T> prune) {
    super(Cache::metaNamespaceKeyFunc);
    this.prune = prune;
  }

  @Override
  public T put(String key, T object) {
    try {
      prune.accept(object);
    } catch (RuntimeException e) {
      LOG.atError()
          .addKeyValue(ObjectName.KEY, ObjectName.of(object))
          .setCause(e)
          .log("Removing unused fields of an object failed");
    }
    return super.put(key, object);
  }
}
