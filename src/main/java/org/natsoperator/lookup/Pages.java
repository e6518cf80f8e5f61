package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.function.Consumer;

/** Lists objects in pages, of which one at a time is in memory. */
public final class Pages {

  private Pages() {}

  /**
   * Calls the action with each object.
   *
   * @param size as in {@link PageSize}
   */
  public static <T extends HasMetadata, L extends KubernetesResourceList<T>> void forEach(
      Listable<L> objects, long size, Consumer<? super T> action) {
    String next = null;
    do {
      L page = objects.list(new ListOptionsBuilder().withLimit(size).withContinue(next).build());
      page.getItems().forEach(action);
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }
}
