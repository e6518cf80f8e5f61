package org.natsoperator.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Verifies tokens with the public keys of one API server. It ignores {@code exp}: NATS compares
 * passwords without an expiry, and the risk of a leaked token must not depend on an unmonitored
 * clock.
 */
public final class TokenVerifier {

  /** Verifies no token. */
  static final TokenVerifier WITHOUT_KEYS = new TokenVerifier(new JWKSet());

  /**
   * Verified tokens that are remembered. Only tokens without a recorded proof are verified again,
   * and one cluster has some 650 tokens.
   */
  private static final int REMEMBERED = 1_000;

  private final JWKSet keys;
  private final Map<String, TokenClaims> verified = new ConcurrentHashMap<>();

  TokenVerifier(JWKSet keys) {
    this.keys = keys;
  }

  /** Whether the API server signed this token and its claims are the expected ones. */
  boolean proves(String token, TokenClaims expected) {
    return claimsOf(token).filter(expected::equals).isPresent();
  }

  /**
   * Whether the token is as expected except that it belongs to an earlier ServiceAccount of the
   * same name.
   */
  boolean provesForFormerAccount(String token, TokenClaims expected) {
    return claimsOf(token).filter(expected::differOnlyInAccount).isPresent();
  }

  /** Whether these keys contain the token's key; if not, the API server may have a newer one. */
  boolean knowsKeyOf(String token) {
    if (verified.containsKey(token)) {
      return true;
    }
    try {
      String kid = SignedJWT.parse(token).getHeader().getKeyID();
      return kid == null || keys.getKeyByKeyId(kid) != null;
    } catch (ParseException e) {
      return true;
    }
  }

  /** Whether these keys contain the key with this ID. */
  boolean hasKey(String keyId) {
    return keys.getKeyByKeyId(keyId) != null;
  }

  /** Whether one of these keys signed the token. */
  boolean isSigned(SignedJWT token) {
    try {
      return signed(token);
    } catch (JOSEException e) {
      return false;
    }
  }

  private Optional<TokenClaims> claimsOf(String token) {
    if (verified.size() > REMEMBERED) {
      verified.clear();
    }
    return Optional.ofNullable(
        verified.computeIfAbsent(token, unknown -> verify(unknown).orElse(null)));
  }

  private Optional<TokenClaims> verify(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      return signed(jwt) ? claims(jwt.getJWTClaimsSet()) : Optional.empty();
    } catch (ParseException | JOSEException e) {
      return Optional.empty();
    }
  }

  private boolean signed(SignedJWT jwt) throws JOSEException {
    JWSHeader header = jwt.getHeader();
    JWK key = header.getKeyID() == null ? null : keys.getKeyByKeyId(header.getKeyID());
    if (!(key instanceof AsymmetricJWK asymmetric)) {
      return false;
    }
    return jwt.verify(
        new DefaultJWSVerifierFactory().createJWSVerifier(header, asymmetric.toPublicKey()));
  }

  private static Optional<TokenClaims> claims(JWTClaimsSet claims) {
    List<String> audience = claims.getAudience();
    if (audience.size() != 1
        || !(claims.getClaim("kubernetes.io") instanceof Map<?, ?> kubernetes)) {
      return Optional.empty();
    }
    return Optional.of(TokenClaims.of(audience.getFirst(), claims.getSubject(), kubernetes));
  }
}
