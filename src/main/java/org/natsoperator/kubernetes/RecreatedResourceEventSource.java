package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import org.springframework.scheduling.TaskScheduler;

/**
 * Triggers objects that were never reconciled. When an object is deleted and recreated at once, the
 * SDK loses the event of the second object while it reconciles the first. It then also ignores
 * events of the second object's secondary resources.
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

  /** Notes that the object with this UID is reconciled. */
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

  /** Triggers, once, objects that also waited at the last check; others have just arrived. */
  void check() {
    Map<String, P> all = new HashMap<>();
    objects.list(object -> true).forEach(object -> all.put(object.getMetadata().getUid(), object));
    reconciled.retainAll(all.keySet());
    all.keySet().removeAll(reconciled);
    reported.retainAll(all.keySet());
    all.forEach(
        (uid, object) -> {
          if (waiting.contains(uid) && reported.add(uid)) {
            ResourceID id = ResourceID.fromResource(object);
            getEventHandler().handleEvent(new ResourceEvent(ResourceAction.UPDATED, id, object));
          }
        });
    waiting = Set.copyOf(all.keySet());
  }
}
