package org.natsoperator.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class ClusterIndexTest {

  private static final NatsCluster CORE = Clusters.in("core", "team", "core");
  private static final NatsCluster EDGE = Clusters.in("edge");

  @Test
  void indexesClusterByItsNamespaceAndAllowedNamespaces() {
    assertThat(ClusterIndex.keys(CORE)).containsExactly("core/example-nats", "team/example-nats");
  }

  @Test
  void findsCandidatesByKeyAndByAnnotation() {
    NatsServiceRole role = Roles.in("team", "worker");
    assertThat(candidates(role)).containsExactly(CORE);

    role.getMetadata().setAnnotations(Map.of("nats.io/cluster-namespace", "edge"));
    assertThat(candidates(role)).containsExactly(CORE, EDGE);
  }

  @Test
  void findsNoCandidatesForRoleWithoutLabel() {
    NatsServiceRole role = Roles.in("team", "worker");
    role.getMetadata().setLabels(null);

    assertThat(candidates(role)).isEmpty();
  }

  @Test
  void treatsOtherGenerationOrUidAsPossibleChange() {
    assertThat(ClusterIndex.mayDiffer(Clusters.in("core"), Clusters.in("core"))).isFalse();

    NatsCluster edited = Clusters.in("core");
    edited.getMetadata().setGeneration(2L);
    assertThat(ClusterIndex.mayDiffer(edited, Clusters.in("core"))).isTrue();

    NatsCluster recreated = Clusters.in("core");
    recreated.getMetadata().setUid("another");
    assertThat(ClusterIndex.mayDiffer(recreated, Clusters.in("core"))).isTrue();
  }

  private static List<NatsCluster> candidates(NatsServiceRole role) {
    return ClusterIndex.of(
        ClusterReference.of(role),
        key -> key.equals("team/example-nats") ? List.of(CORE) : List.of(),
        (namespace, name) -> namespace.equals("edge") ? Optional.of(EDGE) : Optional.empty());
  }
}
