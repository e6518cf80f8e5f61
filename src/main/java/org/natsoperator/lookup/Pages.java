package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import java.util.function.Consumer;

/** Lists objects in pages, of which one at a time is in memory. */
public final class Pages {

  private Pages() {}

  /** Calls the action with each object. */
  public static <T extends HasMetadata, L extends KubernetesResourceList<T>> void forEach(
      Listable<L> objects, Consumer<? super T> action) {
    String next = null;
    do {
      L page = page(objects, next);
      page.getItems().forEach(action);
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
  }

  /**
   * Requests one page.
   *
   * @param next the token of this page in the previous one; null for the first page
   */
  public static <L extends KubernetesResourceList<?>> L page(Listable<L> objects, String next) {
    ListOptions page =
        new ListOptionsBuilder().withLimit(PageSize.USUAL).withContinue(next).build();
    while (true) {
      try {
        return objects.list(page);
      } catch (KubernetesClientException e) {
        if (!SmallerPages.haveEffectAfter(e)) {
          throw e;
        }
      }
    }
  }
}
