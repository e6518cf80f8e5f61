package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.source.SecondaryToPrimaryMapper;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Set;

/**
 * Makes event sources with a cache of ours where that may be. The SDK makes an informer for each
 * namespace that is watched and gives all of them the one item store of their kind; an informer
 * takes whatever is in its store and not in its own list for deleted, so they would throw out each
 * other's objects. Where several namespaces are watched each informer has the SDK's own store,
 * which costs memory alone.
 */
public final class WatchedKind {

  private WatchedKind() {}

  /**
   * Watches a kind, with the store that it names unless that would be shared.
   *
   * @param mapper tells which of the objects that are reconciled an object of the kind may change
   */
  public static <R extends HasMetadata, P extends HasMetadata> InformerEventSource<R, P> source(
      InformerEventSourceConfiguration.Builder<R> kind,
      SecondaryToPrimaryMapper<R> mapper,
      EventSourceContext<P> context) {
    if (sharesStores(context.getControllerConfiguration().getInformerConfig().getNamespaces())) {
      kind.withItemStore(null);
    }
    return new InformerEventSource<>(kind.withSecondaryToPrimaryMapper(mapper).build(), context);
  }

  /**
   * Whether informers would share a store.
   *
   * @param watched namespaces as the SDK has them: one entry also for all of them
   */
  static boolean sharesStores(Set<String> watched) {
    return watched.size() > 1;
  }
}
