package org.natsoperator.token;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.util.Map;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.Identity;

/**
 * The claims of a bound token: its ServiceAccount, its cluster, and the Secret to which it is
 * bound. The names are those of the API server.
 */
public record TokenClaims(
    String audience, String subject, String serviceAccountUid, String secretUid) {

  /** The claims of a token for a client that is bound to a Secret. */
  public static TokenClaims expected(ClientNames client, ServiceAccount account, Secret secret) {
    Identity identity = client.identity();
    return new TokenClaims(
        client.audience(),
        "system:serviceaccount:%s:%s".formatted(identity.namespace(), identity.serviceAccount()),
        account.getMetadata().getUid(),
        secret.getMetadata().getUid());
  }

  /**
   * Reads the claims of a token whose signature was verified; a claim that is missing is an empty
   * string.
   */
  static TokenClaims of(String audience, String subject, Map<?, ?> kubernetes) {
    return new TokenClaims(
        audience, subject, uid(kubernetes, "serviceaccount"), uid(kubernetes, "secret"));
  }

  /** Whether the claims differ only in the UID of the ServiceAccount. */
  boolean differOnlyInAccount(TokenClaims others) {
    return !serviceAccountUid.equals(others.serviceAccountUid)
        && equals(
            new TokenClaims(others.audience, others.subject, serviceAccountUid, others.secretUid));
  }

  private static String uid(Map<?, ?> kubernetes, String object) {
    return kubernetes.get(object) instanceof Map<?, ?> reference
            && reference.get("uid") instanceof String uid
        ? uid
        : "";
  }
}
