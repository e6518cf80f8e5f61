package org.natsoperator.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.access.ClusterResolution.Chosen;
import org.natsoperator.access.ClusterResolution.NoCluster;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.testing.Clusters;

class ClusterResolutionTest {

  private static final ClusterReference HOME =
      new ClusterReference("team", "example-nats", Optional.empty());
  private static final ClusterReference CORE =
      new ClusterReference("team", "example-nats", Optional.of("core"));

  @Test
  void choosesClusterOfOwnNamespace() {
    NatsCluster cluster = Clusters.in("team");

    assertThat(ClusterResolution.of(HOME, Optional.of(cluster))).isEqualTo(new Chosen(cluster));
  }

  @Test
  void choosesNamedClusterThatAdmitsNamespace() {
    NatsCluster cluster = Clusters.in("core", "other", "team");

    assertThat(ClusterResolution.of(CORE, Optional.of(cluster))).isEqualTo(new Chosen(cluster));
  }

  /** Its roles keep their tokens. */
  @Test
  void choosesNamedClusterWhoseNamespacesCannotBeRead() {
    NatsCluster cluster = Clusters.cluster("{auth: {allowedNamespaces: team}}");

    assertThat(ClusterResolution.of(CORE, Optional.of(cluster))).isEqualTo(new Chosen(cluster));
  }

  /** Only the exact name admits a namespace. */
  @Test
  void rejectsNamedClusterThatDoesNotAdmitNamespace() {
    NoCluster none = none(CORE, Optional.of(Clusters.in("core", "tea", "team-2", "*")));

    assertThat(none.reason()).isEqualTo("NamespaceNotAllowed");
    assertThat(none.message())
        .isEqualTo(
            "metadata.annotations.nats.io/cluster-namespace: NatsCluster core/example-nats does not"
                + " admit roles of this namespace; add team to its spec.auth.allowedNamespaces or"
                + " correct the annotation");
  }

  @Test
  void explainsAnnotationIfOwnNamespaceHasNoCluster() {
    NoCluster none = none(HOME, Optional.empty());

    assertThat(none.reason()).isEqualTo("ClusterNotFound");
    assertThat(none.message())
        .isEqualTo(
            "metadata.labels.nats_cluster: NatsCluster example-nats does not exist in this"
                + " namespace; create it, correct the label, or set the annotation"
                + " nats.io/cluster-namespace to the namespace of the cluster");
  }

  @Test
  void findsNoClusterInNamedNamespace() {
    NoCluster none = none(CORE, Optional.empty());

    assertThat(none.reason()).isEqualTo("ClusterNotFound");
    assertThat(none.message())
        .isEqualTo(
            "metadata.annotations.nats.io/cluster-namespace: NatsCluster example-nats does not"
                + " exist in namespace \"core\"; create it or correct the annotation");
  }

  @Test
  void ignoresClusterThatIsBeingDeleted() {
    NatsCluster terminating = Clusters.in("team");
    terminating.getMetadata().setDeletionTimestamp("2018-07-02T00:00:00Z");

    assertThat(none(HOME, Optional.of(terminating)).reason()).isEqualTo("ClusterNotFound");
  }

  private static NoCluster none(ClusterReference reference, Optional<NatsCluster> cluster) {
    return (NoCluster) ClusterResolution.of(reference, cluster);
  }
}
