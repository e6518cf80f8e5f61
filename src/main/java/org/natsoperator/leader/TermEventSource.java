package org.natsoperator.leader;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import java.util.Set;

/**
 * Triggers all objects of a controller when a term of this replica begins. Before, on standby,
 * their events had no effect.
 */
public final class TermEventSource<P extends HasMetadata> extends AbstractEventSource<Void, P> {

  /** Creates the source of one controller. */
  public TermEventSource(Cache<P> objects, Leadership leadership) {
    super(Void.class, "term");
    leadership.whenBegun(
        () -> {
          if (isRunning()) {
            objects
                .list(object -> true)
                .map(ResourceID::fromResource)
                .forEach(id -> getEventHandler().handleEvent(new Event(id)));
          }
        });
  }

  @Override
  public Set<Void> getSecondaryResources(P primary) {
    return Set.of();
  }
}
