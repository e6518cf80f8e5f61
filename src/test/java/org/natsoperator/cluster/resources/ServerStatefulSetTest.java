package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ServerImages;
import org.natsoperator.testing.Clusters;

class ServerStatefulSetTest {

  private static final StatefulSet SET =
      ServerStatefulSet.of(
          Clusters.walkthrough("2.15.3"),
          ServerVersion.parse("2.15.3").orElseThrow(),
          "rev",
          2,
          ServerImages.OF_RUNTIME);
  private static final StatefulSetSpec SPEC = SET.getSpec();

  @Test
  void numbersServersFromOneAsIn2018() {
    assertThat(SET.getMetadata().getName()).isEqualTo("example-nats");
    assertThat(SPEC.getOrdinals().getStart()).isEqualTo(1);
    assertThat(SPEC.getReplicas()).isEqualTo(2);
  }

  @Test
  void startsServersInParallelAndReplacesThemOnDelete() {
    assertThat(SPEC.getPodManagementPolicy()).isEqualTo("Parallel");
    assertThat(SPEC.getUpdateStrategy().getType()).isEqualTo("OnDelete");
  }

  @Test
  void usesManagementServiceForServerNames() {
    assertThat(SPEC.getServiceName()).isEqualTo("example-nats-mgmt");
  }

  @Test
  void selectorMatchesEveryVersion() {
    assertThat(SPEC.getSelector().getMatchLabels())
        .isEqualTo(Map.of("app", "nats", "nats_cluster", "example-nats"));
    assertThat(SPEC.getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(SPEC.getSelector().getMatchLabels());
  }
}
