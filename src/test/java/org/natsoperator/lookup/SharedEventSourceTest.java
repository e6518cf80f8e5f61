package org.natsoperator.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;

class SharedEventSourceTest {

  private static final ResourceID ID = new ResourceID(Clusters.NAME, Clusters.NAMESPACE);

  private final List<ResourceID> triggered = new ArrayList<>();
  private final SharedInformer<NatsCluster> informer = new SharedInformer<>(List.of());
  private final SharedEventSource<NatsCluster, NatsCluster> source =
      new SharedEventSource<NatsCluster, NatsCluster>(
              NatsCluster.class, informer, cluster -> Set.of(ResourceID.fromResource(cluster)))
          .onSpecChange(NatsCluster::reissue);

  @BeforeEach
  void start() {
    informer.start();
    source.start();
    source.setEventHandler(event -> triggered.add(event.getRelatedCustomResourceID()));
  }

  @Test
  void ignoresUpdateOfStatusAndMetadata() {
    update(cluster -> cluster.getMetadata().setResourceVersion("2"));
    update(cluster -> cluster.getMetadata().setAnnotations(Map.of("other", "1")));

    assertThat(triggered).isEmpty();
  }

  @Test
  void ignoresEventsBeforeStart() {
    source.stop();

    update(cluster -> cluster.getMetadata().setGeneration(2L));

    assertThat(triggered).isEmpty();
  }

  @Test
  void triggersOnUpdateOfSpec() {
    update(cluster -> cluster.getMetadata().setGeneration(2L));

    assertThat(triggered).containsExactly(ID);
  }

  @Test
  void triggersOnUpdateOfSelectedMetadata() {
    update(cluster -> cluster.getMetadata().setAnnotations(Map.of("nats.io/reissue", "1")));

    assertThat(triggered).containsExactly(ID);
  }

  @Test
  void triggersOnRecreatedObject() {
    update(cluster -> cluster.getMetadata().setUid("another"));

    assertThat(triggered).containsExactly(ID);
  }

  private void update(Consumer<NatsCluster> change) {
    NatsCluster now = Clusters.cluster("{}");
    change.accept(now);
    source.onUpdate(Clusters.cluster("{}"), now);
  }
}
