package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.callout.DependencyChecks.BY_POD;
import static org.natsoperator.callout.DependencyChecks.CLUSTER;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
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

  private Optional<Revocation> decide() {
    return check.at(CLUSTER, Instant.now()).apply(BY_POD);
  }

  private static NatsServiceRole role(long generation, String cluster) {
    NatsServiceRole role = Roles.user();
    role.getMetadata().setGeneration(generation);
    role.getMetadata().getLabels().put("nats_cluster", cluster);
    return role;
  }
}
