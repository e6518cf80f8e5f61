package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Secret;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.role.Binding;
import org.natsoperator.role.ObservedRole;
import org.natsoperator.token.PreviousToken;
import org.natsoperator.token.TokenProof;
import org.natsoperator.token.TokenSecret;

/** Decides about logins with the token of a Secret. */
final class SecretTokens {

  private SecretTokens() {}

  /**
   * Decides about a login with the token of a Secret, which servers without the callout compare. It
   * is valid for the same time here, so that no client is locked out while a cluster switches.
   *
   * @param role the role of the identity that the token names, with its Secret
   * @param token the token that the client sent
   * @return empty if it is not the token of the role's Secret
   */
  static Optional<Granted> decide(
      LoginPolicy policy,
      String clusterUid,
      ObservedRole role,
      TokenProof proof,
      String token,
      Instant now,
      double jitter) {
    if (!Authorizer.isFor(role, clusterUid)
        || !(Binding.of(role, proof) instanceof Binding.Bound bound)
        || !isTokenOf(role, bound, token)) {
      return Optional.empty();
    }
    Instant renewal = now.plus(Authorizer.share(policy.maxSession(), jitter));
    return Optional.of(
        new Granted(
            role.identity() + "/-",
            bound.grant(),
            role.role().getSpec().limits(),
            tags(role, token, renewal).toList(),
            List.of(),
            now.plus(policy.maxSession())));
  }

  private static ConnectionTags tags(ObservedRole role, String token, Instant renewal) {
    return new ConnectionTags(
        role.identity(),
        role.serviceAccount().orElseThrow().getMetadata().getUid(),
        role.tokenSecret().map(secret -> secret.getMetadata().getUid()),
        Optional.empty(),
        role.role().getMetadata().getUid(),
        role.role().getMetadata().getGeneration(),
        role.cluster().orElseThrow().getMetadata().getGeneration(),
        LoginVersions.ofSecretToken(token),
        renewal);
  }

  /**
   * Whether the Secret contains the token as its current or previous one. Anyone can send a text
   * that names a role, so its proof is looked up only then.
   */
  static boolean isIn(Secret secret, String token) {
    return Stream.concat(TokenSecret.tokenIn(secret).stream(), PreviousToken.in(secret).stream())
        .anyMatch(known -> isSame(known, token));
  }

  /**
   * Whether the token may be in a Secret that this replica does not see yet: the leader issues a
   * token, and the caches of the other replicas lag behind.
   *
   * @param role the role of the identity that the token names, with its Secret
   * @param issuedAt as the token says; not verified
   */
  static boolean mayBeNew(Optional<ObservedRole> role, Instant issuedAt, Instant now) {
    return role.flatMap(ObservedRole::tokenSecret).flatMap(TokenSecret::tokenIn).isEmpty()
        && Stream.concat(
                Stream.of(issuedAt),
                role.flatMap(observed -> Authorizer.start(observed.role())).stream())
            .map(time -> Duration.between(time, now).abs())
            .anyMatch(age -> age.compareTo(Authorizer.PATIENCE) < 0);
  }

  private static boolean isSame(String known, String token) {
    return MessageDigest.isEqual(known.getBytes(UTF_8), token.getBytes(UTF_8));
  }

  /** During a rotation, clients may have either token. */
  private static boolean isTokenOf(ObservedRole role, Binding.Bound bound, String token) {
    return Stream.concat(
            Stream.of(bound.token().value()),
            role.tokenSecret().flatMap(TokenSecret::tokenIn).stream())
        .anyMatch(known -> isSame(known, token));
  }
}
