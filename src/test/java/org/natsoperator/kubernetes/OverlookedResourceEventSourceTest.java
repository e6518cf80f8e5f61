package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.SdkContexts;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

class OverlookedResourceEventSourceTest {

  private static final ConfigMap FIRST = object("first", 1);
  private static final ConfigMap EDITED = object("first", 2);
  private static final ConfigMap SECOND = object("second", 1);

  private final List<ConfigMap> cached = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final OverlookedResourceEventSource<ConfigMap> overlooked =
      new OverlookedResourceEventSource<>(
          new Cached(),
          object -> !object.isMarkedForDeletion(),
          object -> object.getMetadata().getGeneration().intValue(),
          new SimpleAsyncTaskScheduler());

  @BeforeEach
  void listen() {
    overlooked.setEventHandler(events::add);
  }

  @Test
  void sendsNoEventForReconciledObject() {
    cached.add(FIRST);
    overlooked.check();
    overlooked.reconciling(FIRST, SdkContexts.deleted(false));
    overlooked.check();
    overlooked.check();
    assertThat(events).isEmpty();
  }

  @Test
  void sendsOneEventForRecreatedObject() {
    cached.add(FIRST);
    overlooked.reconciling(FIRST, SdkContexts.deleted(false));
    overlooked.check();
    cached.set(0, SECOND);
    overlooked.check();
    assertThat(events)
        .as("events before the second check, since a reconciliation may be in progress")
        .isEmpty();
    overlooked.check();
    overlooked.check();
    // JOSDK ignores events of other types.
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            ResourceEvent.class, event -> assertThat(event.getResource()).contains(SECOND));
  }

  @Test
  void sendsOneEventForEditThatIsNotReconciled() {
    cached.add(FIRST);
    overlooked.reconciling(FIRST, SdkContexts.deleted(false));
    cached.set(0, EDITED);
    overlooked.check();
    overlooked.check();
    overlooked.check();
    assertThat(events).hasSize(1);
    overlooked.reconciling(EDITED, SdkContexts.deleted(false));
    overlooked.check();
    overlooked.check();
    assertThat(events).hasSize(1);
  }

  /** The SDK reports the deletion of an object together with the object that replaced it. */
  @Test
  void sendsOneEventForObjectThatIsReportedAsDeleted() {
    cached.add(SECOND);
    overlooked.reconciling(SECOND, SdkContexts.deleted(true));
    overlooked.check();
    overlooked.check();
    overlooked.check();
    assertThat(events).hasSize(1);
  }

  /** The SDK may lose the event, too. */
  @Test
  void repeatsEventWhileObjectIsNotReconciled() {
    cached.add(FIRST);
    for (int i = 0; i < 12; i++) {
      overlooked.check();
    }
    assertThat(events).hasSize(2);
    overlooked.reconciling(FIRST, SdkContexts.deleted(false));
    for (int i = 0; i < 12; i++) {
      overlooked.check();
    }
    assertThat(events).hasSize(2);
  }

  /** The SDK does not pass it to a reconciler that has no finalizer. */
  @Test
  void sendsNoEventForObjectThatIsNotReconciled() {
    ConfigMap held = object("held", 1);
    held.getMetadata().setDeletionTimestamp("2026-11-29T12:00:00Z");
    cached.add(held);
    for (int i = 0; i < 12; i++) {
      overlooked.check();
    }
    assertThat(events).isEmpty();
  }

  @Test
  void sendsNoEventForDeletedObject() {
    cached.add(FIRST);
    overlooked.check();
    cached.clear();
    overlooked.check();
    assertThat(events).isEmpty();
  }

  private static ConfigMap object(String uid, long generation) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName("a")
        .withNamespace("b")
        .withUid(uid)
        .withGeneration(generation)
        .endMetadata()
        .build();
  }

  private class Cached implements Cache<ConfigMap> {

    @Override
    public Optional<ConfigMap> get(ResourceID id) {
      return list(object -> ResourceID.fromResource(object).equals(id)).findFirst();
    }

    @Override
    public Stream<ResourceID> keys() {
      return cached.stream().map(ResourceID::fromResource);
    }

    @Override
    public Stream<ConfigMap> list(Predicate<ConfigMap> predicate) {
      return cached.stream().filter(predicate);
    }
  }
}
