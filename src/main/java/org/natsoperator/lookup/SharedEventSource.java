package org.natsoperator.lookup;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Triggers a controller on changes that a shared informer sees. An update triggers the primary
 * objects of both the old and the new version.
 */
public final class SharedEventSource<R extends HasMetadata, P extends HasMetadata>
    extends AbstractEventSource<R, P> implements ResourceEventHandler<R> {

  private final SharedInformer<R> informer;
  private final Function<R, Set<ResourceID>> primaries;
  private boolean startsLater;

  /**
   * Creates the source of one controller; create it before the informer starts.
   *
   * @param primaries the objects to reconcile when an object of this kind changes
   */
  public SharedEventSource(
      Class<R> kind, SharedInformer<R> informer, Function<R, Set<ResourceID>> primaries) {
    super(kind, kind.getSimpleName());
    this.informer = informer;
    this.primaries = primaries;
    informer.addHandler(this);
  }

  /**
   * Ignores updates of status and metadata, except for this value. A deletion changes the
   * generation, and a recreated object has another UID.
   */
  public SharedEventSource<R, P> onSpecChange(Function<R, ?> metadata) {
    setOnUpdateFilter(
        (now, before) ->
            !Objects.equals(generation(now), generation(before))
                || !Objects.equals(now.getMetadata().getUid(), before.getMetadata().getUid())
                || !Objects.equals(metadata.apply(now), metadata.apply(before)));
    return this;
  }

  /** The informer starts only if it is needed, so the controller does not wait for it. */
  public SharedEventSource<R, P> startsLater() {
    startsLater = true;
    return this;
  }

  @Override
  public void start() {
    if (!startsLater) {
      informer.awaitSync(SharedInformer.SYNC_TIMEOUT);
    }
    super.start();
  }

  @Override
  public Status getStatus() {
    return startsLater || informer.isHealthy() ? Status.HEALTHY : Status.UNHEALTHY;
  }

  @Override
  public Set<R> getSecondaryResources(P primary) {
    return Set.of();
  }

  @Override
  public void onAdd(R object) {
    trigger(object);
  }

  @Override
  public void onUpdate(R before, R now) {
    if (onUpdateFilter == null || onUpdateFilter.accept(now, before)) {
      trigger(before, now);
    }
  }

  @Override
  public void onDelete(R object, boolean unknown) {
    trigger(object);
  }

  private static Long generation(HasMetadata object) {
    return object.getMetadata().getGeneration();
  }

  /**
   * Ignores events before the start: the caches that the mapping reads are not filled yet, and the
   * SDK reconciles all primary objects after the start of all its event sources.
   */
  @SafeVarargs
  private void trigger(R... versions) {
    if (isRunning()) {
      Stream.of(versions)
          .flatMap(object -> primaries.apply(object).stream())
          .distinct()
          .forEach(id -> getEventHandler().handleEvent(new Event(id)));
    }
  }
}
