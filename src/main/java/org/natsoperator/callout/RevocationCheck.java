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
    Optional<NatsCluster> current = current(cluster);
    long generation = current.map(seen -> seen.getMetadata().getGeneration()).orElse(0L);
    Map<Identity, Optional<RoleState>> roles = new HashMap<>();
    return login ->
        hasMoved(login, cluster) || isForbidden(login, current)
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

  /** Whether the cluster no longer permits tokens that are bound to nothing. */
  private static boolean isForbidden(ConnectionTags login, Optional<NatsCluster> current) {
    return login.boundUid().isEmpty()
        && current
            .filter(seen -> seen.getMetadata().getGeneration() >= login.clusterGeneration())
            .filter(seen -> !seen.hidesAccess() && !LoginObserver.policy(seen).tokensWithoutPod())
            .isPresent();
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

  /** The cluster as this replica sees it now. */
  private Optional<NatsCluster> current(NatsCluster cluster) {
    return informers
        .clusters()
        .find(cluster.getMetadata().getNamespace(), cluster.getMetadata().getName());
  }
}
