package org.natsoperator.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Roles;

class ClusterReferenceTest {

  private final NatsServiceRole role = Roles.in("team", "worker");

  @Test
  void readsLabelAndAnnotationOfRole() {
    assertThat(ClusterReference.of(role)).isEqualTo(reference("example-nats", Optional.empty()));
    inCore();
    assertThat(ClusterReference.of(role)).isEqualTo(reference("example-nats", Optional.of("core")));
  }

  @Test
  void clusterIsInOwnNamespaceUnlessAnotherIsGiven() {
    assertThat(reference("example-nats", Optional.empty()).clusterNamespace()).isEqualTo("team");
    assertThat(reference("example-nats", Optional.of("core")).clusterNamespace()).isEqualTo("core");
  }

  @Test
  void usesNamespaceOfRoleIfReferenceHasNone() {
    inCore();
    assertThat(reference("example-nats", Optional.empty()).orAsIn(Optional.of(role)).namespace())
        .contains("core");
    assertThat(reference("example-nats", Optional.of("edge")).orAsIn(Optional.of(role)).namespace())
        .contains("edge");
    assertThat(reference("other", Optional.empty()).orAsIn(Optional.of(role)).namespace())
        .isEmpty();
    assertThat(reference("example-nats", Optional.empty()).orAsIn(Optional.empty()).namespace())
        .isEmpty();
  }

  private void inCore() {
    role.getMetadata().setAnnotations(Map.of("nats.io/cluster-namespace", "core"));
  }

  private static ClusterReference reference(String name, Optional<String> namespace) {
    return new ClusterReference("team", name, namespace);
  }
}
