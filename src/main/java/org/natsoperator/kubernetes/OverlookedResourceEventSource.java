package org.natsoperator.kubernetes;

import static java.util.stream.Collectors.toSet;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.springframework.scheduling.TaskScheduler;

/**
 * Triggers objects whose newest version was never reconciled, because the SDK lost its event. It
 * loses the event of an object that is deleted and recreated at once, and then also ignores events
 * of the second object's secondary resources. It also loses the event of an edit that the API
 * server receives shortly before the operator's own patch of the status.
 */
public final class OverlookedResourceEventSource<P extends HasMetadata>
    extends AbstractEventSource<Void, P> {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Checks until a version is triggered again, since the SDK may lose that event, too. */
  private static final int CHECKS_UNTIL_REPETITION = 10;

  /** An object at a time: its UID, and a hash of what a reconciliation depends on. */
  private record Version(String uid, int hash) {}

  private final Cache<P> objects;
  private final Predicate<P> isReconciled;
  private final ToIntFunction<P> hash;
  private final Map<String, Version> reconciled = new ConcurrentHashMap<>();

  /** The number of checks in a row that found a version. */
  private Map<Version, Integer> waiting = Map.of();

  private final TaskScheduler scheduler;
  private ScheduledFuture<?> checks;

  /**
   * @param isReconciled whether the SDK passes the object to the reconciler at all
   * @param hash of the parts of an object whose change must trigger a reconciliation
   */
  public OverlookedResourceEventSource(
      Cache<P> objects, Predicate<P> isReconciled, ToIntFunction<P> hash, TaskScheduler scheduler) {
    super(Void.class, "overlooked");
    this.objects = objects;
    this.isReconciled = isReconciled;
    this.hash = hash;
    this.scheduler = scheduler;
  }

  /**
   * Notes that this version of an object is being reconciled, unless the SDK reports a deletion: it
   * may do so with a newer object of the same name, whose own event it then drops.
   */
  public void reconciling(P object, Context<P> context) {
    if (!context.isPrimaryResourceDeleted()) {
      Version version = version(object);
      reconciled.put(version.uid(), version);
    }
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

  /** Triggers versions that waited at the last check, too, and repeats that while they wait. */
  void check() {
    Map<Version, P> all = new HashMap<>();
    objects.list(isReconciled).forEach(object -> all.put(version(object), object));
    reconciled.keySet().retainAll(all.keySet().stream().map(Version::uid).collect(toSet()));
    all.keySet().removeIf(version -> version.equals(reconciled.get(version.uid())));
    Map<Version, Integer> found = new HashMap<>();
    all.forEach(
        (version, object) -> {
          int before = waiting.getOrDefault(version, 0);
          if (before % CHECKS_UNTIL_REPETITION == 1) {
            ResourceID id = ResourceID.fromResource(object);
            getEventHandler().handleEvent(new ResourceEvent(ResourceAction.UPDATED, id, object));
          }
          found.put(version, before + 1);
        });
    waiting = found;
  }

  private Version version(P object) {
    return new Version(object.getMetadata().getUid(), hash.applyAsInt(object));
  }
}
