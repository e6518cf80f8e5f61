package org.natsoperator.callout.connections;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

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
      Optional<RoleState> role,
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
    return role.filter(state -> state.uid().equals(login.roleUid()))
        .flatMap(state -> byRole(login, state, clusterUid, clusterGeneration))
        .or(() -> now.isBefore(login.renewal()) ? Optional.empty() : Optional.of(RENEWAL));
  }

  private static Optional<Revocation> byRole(
      ConnectionTags login, RoleState role, String clusterUid, long clusterGeneration) {
    if (role.generation() != login.generation()) {
      return role.generation() > login.generation() ? Optional.of(ROLE_CHANGED) : Optional.empty();
    }
    boolean mayLag = clusterGeneration < login.clusterGeneration();
    boolean isBound =
        role.boundTo().filter(clusterUid::equals).isPresent()
            && role.endingAccount().filter(login.accountUid()::equals).isEmpty();
    return mayLag || isBound ? Optional.empty() : Optional.of(BINDING_LOST);
  }
}
