package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.scheduling.TaskScheduler;

/**
 * Finds objects that were never reconciled. When an object is deleted and made again under its name
 * at once, the SDK loses the news of the second while it is busy with the first, and then takes no
 * news of what belongs to it either.
 */
public final class RecreatedResourceEventSource<P extends HasMetadata>
    extends AbstractEventSource<Void, P> {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Cache<P> objects;
  private final Set<String> reconciled = ConcurrentHashMap.newKeySet();
  private final Set<String> reported = new HashSet<>();
  private Set<String> waiting = Set.of();
  private final TaskScheduler scheduler;
  private ScheduledFuture<?> checks;

  public RecreatedResourceEventSource(Cache<P> objects, TaskScheduler scheduler) {
    super(Void.class, "overlooked");
    this.objects = objects;
    this.scheduler = scheduler;
  }

  /** Notes that this very object, not only one of its name, is being looked at. */
  public void reconciling(P object) {
    reconciled.add(object.getMetadata().getUid());
  }

  @Override
  public void start() {
    super.start();
    checks = scheduler.scheduleWithFixedDelay(this::check, Instant.now().plus(INTERVAL), INTERVAL);
  }

  @Override
  public void stop() {
    super.stop();
    checks.cancel(true);
  }

  @Override
  public Set<Void> getSecondaryResources(P primary) {
    return Set.of();
  }

  /** Tells of what was already waiting at the last look, once: others are just under way. */
  void check() {
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
    reported.retainAll(all.keySet());
    all.forEach(
        (uid, object) -> {
          if (waiting.contains(uid) && reported.add(uid)) {
            report(object);
          }
        });
    waiting = Set.copyOf(all.keySet());
  }

  private void report(P object) {
    ResourceID id = ResourceID.fromResource(object);
    getEventHandler().handleEvent(new ResourceEvent(ResourceAction.UPDATED, id, object));
  }
}
