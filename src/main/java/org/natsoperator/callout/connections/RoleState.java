package org.natsoperator.callout.connections;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.role.Binding;
import org.natsoperator.role.ObservedRole;

/**
 * What open connections depend on in a role.
 *
 * @param uid UID of the role
 * @param generation generation of the role
 * @param boundTo UID of the cluster on which the role grants permissions; empty if it grants none
 * @param endingAccount UID of its ServiceAccount, if that is being deleted
 */
public record RoleState(
    String uid, long generation, Optional<String> boundTo, Optional<String> endingAccount) {

  /** Validates the role, which takes a millisecond for thousands of subjects. */
  public static RoleState of(ObservedRole observed) {
    return new RoleState(
        observed.role().getMetadata().getUid(),
        observed.role().getMetadata().getGeneration(),
        observed.cluster().filter(cluster -> isBound(observed)).map(RoleState::uid),
        observed
            .serviceAccount()
            .filter(account -> account.getMetadata().getDeletionTimestamp() != null)
            .map(RoleState::uid));
  }

  /** A cache without the ServiceAccount may lag; its deletion is decided by its UID. */
  private static boolean isBound(ObservedRole observed) {
    return Binding.obstacleWithoutToken(observed)
        .filter(obstacle -> !obstacle.reason().equals(RoleReasons.SERVICE_ACCOUNT_NOT_FOUND))
        .isEmpty();
  }

  private static String uid(HasMetadata object) {
    return object.getMetadata().getUid();
  }
}
