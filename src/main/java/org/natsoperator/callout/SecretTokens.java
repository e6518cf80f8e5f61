package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.callout.connections.ConnectionTags;
import org.natsoperator.callout.protocol.Decision.Granted;
import org.natsoperator.role.Binding;
import org.natsoperator.role.ObservedRole;
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

  /** During a rotation, clients may have either token. */
  private static boolean isTokenOf(ObservedRole role, Binding.Bound bound, String token) {
    return Stream.concat(
            Stream.of(bound.token().value()),
            role.tokenSecret().flatMap(TokenSecret::tokenIn).stream())
        .anyMatch(known -> MessageDigest.isEqual(known.getBytes(UTF_8), token.getBytes(UTF_8)));
  }
}
