package org.natsoperator.callout;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
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
        hasMoved(login, cluster)
            ? Optional.of(Revocation.BINDING_LOST)
            : Revocation.of(
                login,
                roles.computeIfAbsent(login.identity(), identity -> role(identity, cluster)),
                cluster.getMetadata().getUid(),
                generation,
                deletions::contains,
                now);
  }

  /** Whether this replica saw a short time ago that the role names another cluster now. */
  private boolean hasMoved(ConnectionTags login, NatsCluster from) {
    return deletions.contains(LoginVersions.ofCluster(login.roleUid(), from));
  }

  /**
   * The role of an identity, if it names the cluster. Otherwise this replica may lag behind the one
   * that admitted the client: a role that names another cluster has the same generation.
   */
  private Optional<RoleState> role(Identity identity, NatsCluster cluster) {
    return informers
        .roles()
        .find(identity.namespace(), identity.serviceAccount())
        .filter(role -> names(role, cluster))
        .map(role -> RoleState.of(ObservedRole.of(role, informers)));
  }

  private static boolean names(NatsServiceRole role, NatsCluster cluster) {
    return LoginVersions.ofCluster(role)
        .equals(LoginVersions.ofCluster(role.getMetadata().getUid(), cluster));
  }

  private long generation(NatsCluster cluster) {
    return informers
        .clusters()
        .find(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName())
        .map(now -> now.getMetadata().getGeneration())
        .orElse(0L);
  }
}
