package org.natsoperator.token;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.access.Identity;
import org.natsoperator.token.LoginTokenCheck.Defect;

/**
 * The content of a token before its signature is verified.
 *
 * @param keyId the key that the token names; empty if it names none
 * @param ofSecret whether the token is bound to a Secret
 */
record LoginTokenClaims(
    SignedJWT jwt,
    String keyId,
    List<String> audience,
    Instant notBefore,
    boolean ofSecret,
    LoginToken token) {

  /** Much longer than a token of the API server, which has some 1,200 characters. */
  static final int MAX_LENGTH = 8 << 10;

  /** The API server has the same tolerance for different clocks. */
  static final Duration LEEWAY = Duration.ofSeconds(60);

  private static final String KUBERNETES = "kubernetes.io";
  private static final String SUBJECT = "system:serviceaccount:%s:%s";

  /** The content; empty if the text is not a token of a ServiceAccount. */
  static Optional<LoginTokenClaims> parse(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      SignedJWT jwt = SignedJWT.parse(text);
      JWTClaimsSet claims = jwt.getJWTClaimsSet();
      return token(claims)
          .map(
              token ->
                  new LoginTokenClaims(
                      jwt,
                      Optional.ofNullable(jwt.getHeader().getKeyID()).orElse(""),
                      claims.getAudience(),
                      instant(claims.getNotBeforeTime()).orElse(Instant.EPOCH),
                      claims.getClaim(KUBERNETES) instanceof Map<?, ?> bound
                          && bound.containsKey("secret"),
                      token));
    } catch (ParseException e) {
      return Optional.empty();
    }
  }

  /** The defect that needs no key. */
  Optional<Defect> defect(String expectedAudience, Instant now) {
    if (!audience.equals(List.of(expectedAudience))) {
      return Optional.of(Defect.WRONG_AUDIENCE);
    }
    if (ofSecret) {
      return Optional.of(Defect.OF_SECRET);
    }
    if (!token.expiry().isAfter(now)) {
      return Optional.of(Defect.EXPIRED);
    }
    Instant latestBegin = now.plus(LEEWAY);
    return notBefore.isAfter(latestBegin) || token.issuedAt().isAfter(latestBegin)
        ? Optional.of(Defect.NOT_YET_VALID)
        : Optional.empty();
  }

  private static Optional<LoginToken> token(JWTClaimsSet claims) {
    Optional<Instant> issuedAt = instant(claims.getIssueTime());
    Optional<Instant> expiry = instant(claims.getExpirationTime());
    if (issuedAt.isEmpty()
        || expiry.isEmpty()
        || !(claims.getClaim(KUBERNETES) instanceof Map<?, ?> kubernetes)) {
      return Optional.empty();
    }
    Identity identity =
        new Identity(text(kubernetes, "namespace"), text(kubernetes, "serviceaccount", "name"));
    String accountUid = text(kubernetes, "serviceaccount", "uid");
    String subject = SUBJECT.formatted(identity.namespace(), identity.serviceAccount());
    if (!subject.equals(claims.getSubject()) || accountUid.isEmpty()) {
      return Optional.empty();
    }
    Optional<BoundPod> pod =
        kubernetes.containsKey("pod")
            ? Optional.of(
                new BoundPod(text(kubernetes, "pod", "name"), text(kubernetes, "pod", "uid")))
            : Optional.empty();
    return Optional.of(new LoginToken(identity, accountUid, pod, issuedAt.get(), expiry.get()));
  }

  private static Optional<Instant> instant(Date date) {
    return Optional.ofNullable(date).map(Date::toInstant);
  }

  private static String text(Map<?, ?> object, String... path) {
    Object value = object;
    for (String key : path) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return value instanceof String text ? text : "";
  }

  /** Contains a token; never log. */
  @Override
  public String toString() {
    return "LoginTokenClaims[" + token + "]";
  }
}
