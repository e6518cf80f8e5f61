package org.natsoperator.cluster.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import org.junit.jupiter.api.Test;

class ChildMetadataTest {

  private static final StatefulSet SET =
      new StatefulSetBuilder().withNewMetadata().withUid("uid").endMetadata().build();

  @Test
  void onlyTheControllerControls() {
    assertThat(ChildMetadata.controlledBy(pod("uid", true), SET)).isTrue();
    assertThat(ChildMetadata.controlledBy(pod("uid", false), SET)).isFalse();
    assertThat(ChildMetadata.controlledBy(pod("uid", null), SET)).isFalse();
    assertThat(ChildMetadata.controlledBy(pod("other", true), SET)).isFalse();
  }

  private static Pod pod(String owner, Boolean controller) {
    return new PodBuilder()
        .withNewMetadata()
        .addNewOwnerReference()
        .withUid(owner)
        .withController(controller)
        .endOwnerReference()
        .endMetadata()
        .build();
  }
}
