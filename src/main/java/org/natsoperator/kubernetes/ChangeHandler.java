package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.Consumer;

/**
 * Passes the events of an informer on.
 *
 * @param changed receives an added object, and the new version of an updated one
 * @param deleted receives the last version of a deleted object
 */
public record ChangeHandler<T>(Consumer<T> changed, Consumer<T> deleted)
    implements ResourceEventHandler<T> {

  @Override
  public void onAdd(T object) {
    changed.accept(object);
  }

  @Override
  public void onUpdate(T before, T now) {
    changed.accept(now);
  }

  @Override
  public void onDelete(T object, boolean finalStateUnknown) {
    deleted.accept(object);
  }
}
