package org.natsoperator.callout.connections;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.role.Binding;
import org.natsoperator.role.ObservedRole;

/**
 * Why a connection must end. The decision compares generations and UIDs, not times: a replica whose
 * caches lag behind never ends the connection of a newer login. So an object that the caches do not
 * contain decides nothing here.
 */
public enum Revocation {
  ACCOUNT_DELETED,
  /** The pod, or the Secret with the token. */
  BOUND_OBJECT_DELETED,
  ROLE_DELETED,
  ROLE_CHANGED,
  BINDING_LOST,
  /** The Secret has another token, or the role or the cluster requests new logins. */
  REISSUED,
  /** The client has a newer token by now. */
  RENEWAL;

  /**
   * Decides about the connection of a login.
   *
   * @param role the role of the identity as this replica sees it
   * @param clusterUid UID of the cluster with the connection
   * @param clusterGeneration its generation as this replica sees it
   * @param isDeleted whether this replica has seen the deletion of the object with a UID, or the
   *     end of a version
   */
  public static Optional<Revocation> of(
      ConnectionTags login,
      Optional<ObservedRole> role,
      String clusterUid,
      long clusterGeneration,
      Predicate<String> isDeleted,
      Instant now) {
    if (isDeleted.test(login.accountUid())) {
      return Optional.of(ACCOUNT_DELETED);
    }
    if (login.boundUid().filter(isDeleted).isPresent()) {
      return Optional.of(BOUND_OBJECT_DELETED);
    }
    if (isDeleted.test(login.roleUid())) {
      return Optional.of(ROLE_DELETED);
    }
    if (login.versions().stream().anyMatch(isDeleted)) {
      return Optional.of(REISSUED);
    }
    return role.filter(observed -> uid(observed).equals(login.roleUid()))
        .flatMap(observed -> byRole(login, observed, clusterUid, clusterGeneration))
        .or(() -> now.isBefore(login.renewal()) ? Optional.empty() : Optional.of(RENEWAL));
  }

  private static Optional<Revocation> byRole(
      ConnectionTags login, ObservedRole role, String clusterUid, long clusterGeneration) {
    long generation = role.role().getMetadata().getGeneration();
    if (generation != login.generation()) {
      return generation > login.generation() ? Optional.of(ROLE_CHANGED) : Optional.empty();
    }
    boolean mayLag = clusterGeneration < login.clusterGeneration();
    return mayLag || isBound(role, clusterUid) ? Optional.empty() : Optional.of(BINDING_LOST);
  }

  /** A cache without the ServiceAccount may lag; its deletion is decided by its UID. */
  private static boolean isBound(ObservedRole role, String clusterUid) {
    return role.cluster()
            .filter(cluster -> cluster.getMetadata().getUid().equals(clusterUid))
            .isPresent()
        && Binding.obstacleWithoutToken(role)
            .filter(obstacle -> !obstacle.reason().equals(RoleReasons.SERVICE_ACCOUNT_NOT_FOUND))
            .isEmpty();
  }

  private static String uid(ObservedRole role) {
    return role.role().getMetadata().getUid();
  }
}
