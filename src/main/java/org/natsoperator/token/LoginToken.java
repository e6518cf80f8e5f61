package org.natsoperator.token;

import java.time.Instant;
import java.util.Optional;
import org.natsoperator.access.Identity;

/**
 * The claims of a token with which a client logs in.
 *
 * @param accountUid UID of the ServiceAccount
 * @param pod empty if the token is not bound to a pod
 */
public record LoginToken(
    Identity identity,
    String accountUid,
    Optional<BoundPod> pod,
    Instant issuedAt,
    Instant expiry) {}
