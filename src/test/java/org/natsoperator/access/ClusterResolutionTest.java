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
  void theOneOfItsOwnNamespace() {
    assertThat(chosen(ROLE, CORE, HOME, EDGE)).isEqualTo(HOME);
  }

  @Test
  void elseTheOnlyOneThatAdmitsItsNamespace() {
    assertThat(chosen(ROLE, CORE, CLOSED)).isEqualTo(CORE);
  }

  @Test
  void severalThatAdmitItAreNamedWithTheRemedy() {
    NoCluster none = none(ROLE, EDGE, CLOSED, CORE);

    assertThat(none.reason()).isEqualTo("Ambiguous");
    assertThat(none.message())
        .contains("core/example-nats, edge/example-nats", "annotation nats.io/cluster-namespace")
        .doesNotContain("closed");
  }

  /**
   * A namespace is admitted by its exact name, and of clusters that do not admit it nothing is
   * told.
   */
  @Test
  void oneThatDoesNotAdmitItIsNone() {
    NoCluster none = none(ROLE, CLOSED);

    assertThat(none.reason()).isEqualTo("ClusterNotFound");
    assertThat(none.message())
        .contains("metadata.labels.nats_cluster", "example-nats")
        .doesNotContain("closed");
  }

  @Test
  void oneOfAnotherNameIsNone() {
    NatsCluster other = Clusters.in("core", "team");
    other.getMetadata().setName("other");

    assertThat(none(ROLE, other).reason()).isEqualTo("ClusterNotFound");
  }

  @Test
  void oneThatGoesIsNone() {
    NatsCluster going = Clusters.in("team");
    going.getMetadata().setDeletionTimestamp("2018-07-02T00:00:00Z");

    assertThat(none(ROLE, going).reason()).isEqualTo("ClusterNotFound");
    assertThat(chosen(ROLE, going, CORE)).isEqualTo(CORE);
  }

  @Test
  void theAnnotationIsDecisive() {
    assertThat(chosen(annotated("edge"), HOME, CORE, EDGE)).isEqualTo(EDGE);
    assertThat(chosen(annotated("team"), HOME, CORE, EDGE)).isEqualTo(HOME);
  }

  @Test
  void theAnnotationMeansNoOtherIfThereIsNone() {
    NoCluster none = none(annotated("nowhere"), HOME, CORE);

    assertThat(none.reason()).isEqualTo("ClusterNotFound");
    assertThat(none.message()).contains(ANNOTATION, "\"nowhere\"", "correct the annotation");
  }

  @Test
  void theAnnotationOpensNoDoor() {
    NoCluster none = none(annotated("closed"), HOME, CORE, CLOSED);

    assertThat(none.reason()).isEqualTo("NamespaceNotAllowed");
    assertThat(none.message())
        .contains(
            ANNOTATION, "closed/example-nats", "add team to its spec.auth.allowedNamespaces")
        .doesNotContain("team-2");
  }

  @Test
  void anEmptyAnnotationIsNoNamespace() {
    assertThat(none(annotated(""), HOME).reason()).isEqualTo("ClusterNotFound");
  }

  private static NatsServiceRole annotated(String namespace) {
    NatsServiceRole role = Roles.in("team", "worker");
    role.getMetadata().setAnnotations(Map.of("nats.io/cluster-namespace", namespace));
    return role;
  }

  private static NatsCluster chosen(NatsServiceRole role, NatsCluster... known) {
    return ((Chosen) ClusterResolution.of(ClusterReference.of(role), List.of(known))).cluster();
  }

  private static NoCluster none(NatsServiceRole role, NatsCluster... known) {
    return (NoCluster) ClusterResolution.of(ClusterReference.of(role), List.of(known));
  }
}
