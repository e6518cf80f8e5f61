package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.callout.DependencyChecks.BY_POD;
import static org.natsoperator.callout.DependencyChecks.CLUSTER;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.testing.Clusters;
import org.natsoperator.testing.Roles;

class RevocationCheckTest {

  private final SharedInformers informers = EmptyInformers.create();
  private final RevocationCheck check =
      new RevocationCheck(
          informers, new RecentDeletions(informers, new FakeReader(), Clock.systemUTC()));

  @BeforeEach
  void addCluster() {
    NatsCluster cluster = Clusters.walkthrough("2.15.3");
    cluster.getMetadata().setGeneration(BY_POD.clusterGeneration());
    informers.clusters().written(cluster);
  }

  @Test
  void endsLoginOfChangedRole() {
    informers.roles().written(role(BY_POD.generation() + 1, Clusters.NAME));

    assertThat(decide()).hasValue(Revocation.ROLE_CHANGED);
  }

  /** Another replica admitted the client after the role's label changed, not its generation. */
  @Test
  void keepsLoginOfRoleThatHasMovedHere() {
    informers.roles().written(role(BY_POD.generation(), "previous"));

    assertThat(decide()).isEmpty();
  }

  @Test
  void endsLoginWithoutPodOnlyIfTheClusterNoLongerPermitsIt() {
    ConnectionTags withoutPod =
        DependencyChecks.tags(Optional.empty(), Optional.empty(), List.of("version"));
    informers.roles().written(role(BY_POD.generation(), Clusters.NAME));
    informers.serviceAccounts().written(DependencyChecks.ACCOUNT);

    assertThat(decide(withoutPod)).hasValue(Revocation.BINDING_LOST);
    NatsCluster permitting =
        Clusters.cluster(
            "{auth: {enableServiceAccounts: true, serviceAccountTokens: Projected, projected:"
                + " {tokensWithoutPod: true}}}");
    informers.clusters().written(permitting);
    assertThat(decide(withoutPod)).isEmpty();
  }

  private Optional<Revocation> decide() {
    return decide(BY_POD);
  }

  private Optional<Revocation> decide(ConnectionTags login) {
    return check.at(CLUSTER, Instant.now()).apply(login);
  }

  private static NatsServiceRole role(long generation, String cluster) {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setGeneration(generation);
    role.getMetadata().getLabels().put("nats_cluster", cluster);
    return role;
  }
}
