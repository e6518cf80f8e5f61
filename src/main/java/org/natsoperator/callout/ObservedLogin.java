package org.natsoperator.callout;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.token.LoginToken;

/**
 * The observed state on which a login depends. The token's signature and audience were verified.
 *
 * @param clusterUid UID of the cluster whose server asks
 * @param host address of the client as its server sees it
 * @param review the API server's answer about the token
 * @param lastAnswer time until which the API server answered about tokens
 * @param account the ServiceAccount of the token's name, if the cache contains it
 * @param pod the pod of the token's name; empty if it does not exist
 * @param podCertain whether an empty {@code pod} is the answer of the API server
 * @param role the role of the ServiceAccount's name, if there is one
 * @param deletedUids those of the token's UIDs that were deleted recently
 * @param roleDeletedAt time at which a role of this name was deleted, if that was recently
 * @param jitter between 0 and 1, different for each login
 */
record ObservedLogin(
    LoginPolicy policy,
    String clusterUid,
    LoginToken token,
    String host,
    Review review,
    Instant lastAnswer,
    Optional<ServiceAccount> account,
    Optional<Pod> pod,
    boolean podCertain,
    Optional<ObservedRole> role,
    Set<String> deletedUids,
    Optional<Instant> roleDeletedAt,
    Instant now,
    double jitter) {

  /** The answer of the API server about a token. */
  enum Review {
    CONFIRMED,
    /** The API server denied it once. It reports its own failures in this way, too. */
    DENIED_ONCE,
    /** It denied it again after some seconds. */
    DENIED,
    UNANSWERED
  }
}
