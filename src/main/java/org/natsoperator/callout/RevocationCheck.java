package org.natsoperator.callout;

import java.time.Instant;
import java.util.Optional;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.role.ObservedRole;

/** Decides about open connections from the shared caches. */
final class RevocationCheck {

  private final SharedInformers informers;
  private final RecentDeletions deletions;

  RevocationCheck(SharedInformers informers, RecentDeletions deletions) {
    this.informers = informers;
    this.deletions = deletions;
  }

  /** Why the connection of a login to a cluster must end; empty if it may stay. */
  Optional<Revocation> of(NatsCluster cluster, ConnectionTags login, Instant now) {
    return Revocation.of(
        login,
        role(login.identity()),
        cluster.getMetadata().getUid(),
        generation(cluster),
        deletions::contains,
        now);
  }

  private Optional<ObservedRole> role(Identity identity) {
    return informers
        .roles()
        .find(identity.namespace(), identity.serviceAccount())
        .map(role -> ObservedRole.of(role, informers));
  }

  private long generation(NatsCluster cluster) {
    return informers
        .clusters()
        .find(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName())
        .map(now -> now.getMetadata().getGeneration())
        .orElse(0L);
  }
}
