package org.natsoperator.token;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;

/**
 * The UIDs of the objects that a bound token belongs to. A token is valid only for these objects,
 * not for later ones of the same names.
 */
public record TokenOwners(String serviceAccount, String secret, String role, String cluster) {

  /** The owners of the token in a Secret. */
  public static TokenOwners of(
      ServiceAccount account, Secret secret, NatsServiceRole role, NatsCluster cluster) {
    return new TokenOwners(
        account.getMetadata().getUid(),
        secret.getMetadata().getUid(),
        role.getMetadata().getUid(),
        cluster.getMetadata().getUid());
  }

  /** The owners that the annotations of a Secret name; a missing UID is an empty string. */
  static TokenOwners recordedIn(Secret secret) {
    return new TokenOwners(
        TokenSecret.annotation(secret, TokenSecret.SERVICE_ACCOUNT_UID).orElse(""),
        secret.getMetadata().getUid(),
        TokenSecret.annotation(secret, TokenSecret.ROLE_UID).orElse(""),
        TokenSecret.annotation(secret, TokenSecret.CLUSTER_UID).orElse(""));
  }

  /** Whether the owners differ only in the ServiceAccount. */
  boolean differOnlyInAccount(TokenOwners others) {
    return !serviceAccount.equals(others.serviceAccount)
        && equals(new TokenOwners(serviceAccount, others.secret, others.role, others.cluster));
  }
}
