package org.natsoperator.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.ClusterResolution.Chosen;
import org.natsoperator.access.ClusterResolution.NoCluster;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class ClusterResolutionTest {

  private static final String ANNOTATION = "metadata.annotations.nats.io/cluster-namespace";
  private static final NatsServiceRole ROLE = Roles.in("team", "worker");
  private static final NatsCluster HOME = Clusters.in("team");
  private static final NatsCluster CORE = Clusters.in("core", "team");
  private static final NatsCluster EDGE = Clusters.in("edge", "other", "team");
  private static final NatsCluster CLOSED = Clusters.in("closed", "tea", "team-2", "*");

  @Test
  void choosesClusterOfOwnNamespace() {
    assertThat(chosen(ROLE, CORE, HOME, EDGE)).isEqualTo(HOME);
  }

  @Test
  void choosesOnlyClusterThatAdmitsNamespace() {
    assertThat(chosen(ROLE, CORE, CLOSED)).isEqualTo(CORE);
  }

  @Test
  void listsAllClustersThatAdmitNamespaceIfAmbiguous() {
    NoCluster none = none(ROLE, EDGE, CLOSED, CORE);

    assertThat(none.reason()).isEqualTo("Ambiguous");
    assertThat(none.message())
        .contains("core/example-nats, edge/example-nats", "annotation nats.io/cluster-namespace")
        .doesNotContain("closed");
  }

  /**
   * Only the exact name admits a namespace. The message contains nothing about clusters that do not
   * admit it.
   */
  @Test
  void ignoresClusterThatDoesNotAdmitNamespace() {
    NoCluster none = none(ROLE, CLOSED);

    assertThat(none.reason()).isEqualTo("ClusterNotFound");
    assertThat(none.message())
        .contains("metadata.labels.nats_cluster", "example-nats")
        .doesNotContain("closed");
  }

  @Test
  void ignoresClusterWithOtherName() {
    NatsCluster other = Clusters.in("core", "team");
    other.getMetadata().setName("other");

    assertThat(none(ROLE, other).reason()).isEqualTo("ClusterNotFound");
  }

  @Test
  void ignoresClusterThatIsBeingDeleted() {
    NatsCluster terminating = Clusters.in("team");
    terminating.getMetadata().setDeletionTimestamp("2018-07-02T00:00:00Z");

    assertThat(none(ROLE, terminating).reason()).isEqualTo("ClusterNotFound");
    assertThat(chosen(ROLE, terminating, CORE)).isEqualTo(CORE);
  }

  @Test
  void prefersClusterOfAnnotatedNamespace() {
    assertThat(chosen(annotated("edge"), HOME, CORE, EDGE)).isEqualTo(EDGE);
    assertThat(chosen(annotated("team"), HOME, CORE, EDGE)).isEqualTo(HOME);
  }

  @Test
  void choosesNoOtherClusterIfAnnotatedNamespaceHasNone() {
    NoCluster none = none(annotated("nowhere"), HOME, CORE);

    assertThat(none.reason()).isEqualTo("ClusterNotFound");
    assertThat(none.message()).contains(ANNOTATION, "\"nowhere\"", "correct the annotation");
  }

  @Test
  void rejectsAnnotatedClusterThatDoesNotAdmitNamespace() {
    NoCluster none = none(annotated("closed"), HOME, CORE, CLOSED);

    assertThat(none.reason()).isEqualTo("NamespaceNotAllowed");
    assertThat(none.message())
        .contains(ANNOTATION, "closed/example-nats", "add team to its spec.auth.allowedNamespaces")
        .doesNotContain("team-2");
  }

  @Test
  void findsNoClusterForEmptyAnnotation() {
    assertThat(none(annotated(""), HOME).reason()).isEqualTo("ClusterNotFound");
  }

  private static NatsServiceRole annotated(String namespace) {
    NatsServiceRole role = Roles.in("team", "worker");
    role.getMetadata().setAnnotations(Map.of("nats.io/cluster-namespace", namespace));
    return role;
  }

  private static NatsCluster chosen(NatsServiceRole role, NatsCluster... clusters) {
    return ((Chosen) ClusterResolution.of(ClusterReference.of(role), List.of(clusters))).cluster();
  }

  private static NoCluster none(NatsServiceRole role, NatsCluster... clusters) {
    return (NoCluster) ClusterResolution.of(ClusterReference.of(role), List.of(clusters));
  }
}
