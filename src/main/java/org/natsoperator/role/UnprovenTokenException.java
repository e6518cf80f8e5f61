package org.natsoperator.role;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;
import org.natsoperator.api.RoleReasons;
import org.natsoperator.kubernetes.UserError;
import org.natsoperator.role.Binding.Unbound;
import org.natsoperator.token.ApiServerKeys;

/** A token was issued for a role, but the token in its Secret still has no proof. */
final class UnprovenTokenException extends IllegalStateException implements UserError {

  private UnprovenTokenException(String message) {
    super(message);
  }

  /**
   * @param name of the token's Secret
   * @param secret as it is now
   */
  static UnprovenTokenException of(String name, Optional<Secret> secret) {
    return new UnprovenTokenException(
        secret
            .map(Secret::getMetadata)
            .filter(meta -> meta.getDeletionTimestamp() != null)
            .map(
                meta ->
                    ("Secret %s is being deleted, but its metadata.finalizers %s block the"
                            + " deletion; remove them, so that the operator can create it again")
                        .formatted(name, meta.getFinalizers()))
            .orElseGet(
                () ->
                    ("the token in Secret %s is not signed by a key that the API server publishes"
                            + " at %s, or another client overwrites it; check the API server's"
                            + " --service-account flags and the write access to Secrets")
                        .formatted(name, ApiServerKeys.PATH)));
  }

  /** The state of a role whose reconciliation failed with this exception. */
  static Optional<Unbound> in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnprovenTokenException unproven) {
        return Optional.of(new Unbound(RoleReasons.TOKEN_MISSING, unproven.getMessage()));
      }
    }
    return Optional.empty();
  }
}
