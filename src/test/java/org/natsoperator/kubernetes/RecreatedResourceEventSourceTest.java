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
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

class RecreatedResourceEventSourceTest {

  private static final ConfigMap FIRST = object("first");
  private static final ConfigMap SECOND = object("second");

  private final List<ConfigMap> cached = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final RecreatedResourceEventSource<ConfigMap> overlooked = new RecreatedResourceEventSource<>(new Cached(), new SimpleAsyncTaskScheduler());

  @BeforeEach
  void listen() {
    overlooked.setEventHandler(events::add);
  }

  @Test
  void what_is_reconciled_is_not_told() {
    cached.add(FIRST);
    overlooked.look();
    overlooked.reconciling(FIRST);
    overlooked.look();
    overlooked.look();
    assertThat(events).isEmpty();
  }

  @Test
  void another_of_the_same_name_is_told_once() {
    cached.add(FIRST);
    overlooked.reconciling(FIRST);
    overlooked.look();
    cached.set(0, SECOND);
    overlooked.look();
    assertThat(events).as("it may be under way").isEmpty();
    overlooked.look();
    overlooked.look();
    // Of anything else the SDK takes no notice.
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(ResourceEvent.class, event -> assertThat(event.getResource()).contains(SECOND));
  }

  @Test
  void what_is_gone_is_not_told() {
    cached.add(FIRST);
    overlooked.look();
    cached.clear();
    overlooked.look();
    assertThat(events).isEmpty();
  }

  private static ConfigMap object(String uid) {
    return new ConfigMapBuilder().withNewMetadata().withName("a").withNamespace("b").withUid(uid).endMetadata().build();
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
