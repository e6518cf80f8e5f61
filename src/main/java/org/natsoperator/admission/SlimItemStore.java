package org.natsoperator.admission;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.Set;
import java.util.function.Consumer;
import org.natsoperator.api.NatsApi;

/**
 * A cache that keeps of its objects only what the injector asks for: every replica has one, beside
 * those of the reconcilers.
 */
final class SlimItemStore<T extends CustomResource<?, ?>> extends BasicItemStore<T> {

  private static final Set<String> ANNOTATIONS = Set.of(NatsApi.CLUSTER_NAMESPACE_ANNOTATION);

  private final Consumer<T> slim;

  /**
   * Makes one.
   *
   * @param slim takes off what nobody asks for, beside status and most metadata
   */
  SlimItemStore(Consumer<T> slim) {
    super(Cache::metaNamespaceKeyFunc);
    this.slim = slim;
  }

  @Override
  public T put(String key, T object) {
    ObjectMeta meta = object.getMetadata();
    meta.setManagedFields(null);
    meta.setOwnerReferences(null);
    if (meta.getAnnotations() != null) {
      meta.getAnnotations().keySet().retainAll(ANNOTATIONS);
    }
    object.setStatus(null);
    slim.accept(object);
    return super.put(key, object);
  }
}
