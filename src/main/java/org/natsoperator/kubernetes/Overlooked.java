package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds objects that were never reconciled. When an object is deleted and made again under its name
 * at once, the SDK loses the news of the second while it is busy with the first, and then takes no
 * news of what belongs to it either.
 */
public final class Overlooked<P extends HasMetadata> extends AbstractEventSource<Void, P> {

  private static final long SECONDS_BETWEEN_LOOKS = 1;

  private final Cache<P> objects;
  private final Set<String> reconciled = ConcurrentHashMap.newKeySet();
  private final Set<String> told = new HashSet<>();
  private Set<String> waiting = Set.of();
  private ScheduledExecutorService timer;

  public Overlooked(Cache<P> objects) {
    super(Void.class, "overlooked");
    this.objects = objects;
  }

  /** Notes that this very object, not only one of its name, is being looked at. */
  public void reconciling(P object) {
    reconciled.add(object.getMetadata().getUid());
  }

  @Override
  public void start() {
    super.start();
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("overlooked-", 0).factory());
    timer.scheduleWithFixedDelay(
        this::look, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
  }

  @Override
  public void stop() {
    super.stop();
    timer.shutdownNow();
  }

  @Override
  public Set<Void> getSecondaryResources(P primary) {
    return Set.of();
  }

  /** Tells of what was already waiting at the last look, once: others are just under way. */
  void look() {
    Map<String, P> all =
        objects
            .list(object -> true)
            .collect(
                Collectors.toMap(
                    object -> object.getMetadata().getUid(),
                    Function.identity(),
                    (one, same) -> one));
    reconciled.retainAll(all.keySet());
    all.keySet().removeAll(reconciled);
    told.retainAll(all.keySet());
    all.forEach(
        (uid, object) -> {
          if (waiting.contains(uid) && told.add(uid)) {
            tell(object);
          }
        });
    waiting = Set.copyOf(all.keySet());
  }

  private void tell(P object) {
    ResourceID id = ResourceID.fromResource(object);
    getEventHandler().handleEvent(new ResourceEvent(ResourceAction.UPDATED, id, object));
  }
}
