package org.natsoperator.callout;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.connections.Revocation;
import org.natsoperator.callout.connections.RoleState;
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

  /**
   * Decides about connections of a cluster at a time: why the connection of a login must end; empty
   * if it may stay. The result looks at each role once, and only one thread may call it.
   */
  Function<ConnectionTags, Optional<Revocation>> at(NatsCluster cluster, Instant now) {
    long generation = generation(cluster);
    Map<Identity, Optional<RoleState>> roles = new HashMap<>();
    return login ->
        Revocation.of(
            login,
            roles.computeIfAbsent(login.identity(), this::role),
            cluster.getMetadata().getUid(),
            generation,
            deletions::contains,
            now);
  }

  private Optional<RoleState> role(Identity identity) {
    return informers
        .roles()
        .find(identity.namespace(), identity.serviceAccount())
        .map(role -> RoleState.of(ObservedRole.of(role, informers)));
  }

  private long generation(NatsCluster cluster) {
    return informers
        .clusters()
        .find(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName())
        .map(now -> now.getMetadata().getGeneration())
        .orElse(0L);
  }
}
