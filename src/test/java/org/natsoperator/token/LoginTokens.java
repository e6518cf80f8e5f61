package org.natsoperator.token;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;

/** Claims of tokens that log in to a cluster, and keys that sign them. */
public final class LoginTokens {

  public static final Instant START = Instant.parse("2026-11-27T12:00:00Z");
  public static final SigningKey KEY = SigningKey.API_SERVER;
  public static final SigningKey NEWER = SigningKey.ec("newer");
  public static final SigningKey RSA = SigningKey.rsa("rsa");

  private LoginTokens() {}

  public static JWTClaimsSet expiring(Instant expiry) {
    return claims().expirationTime(expiry == null ? null : Date.from(expiry)).build();
  }

  public static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .audience(Tokens.AUDIENCE)
        .subject("system:serviceaccount:nats-io:nats-user")
        .issueTime(Date.from(START.minusSeconds(60)))
        .notBeforeTime(Date.from(START.minusSeconds(60)))
        .expirationTime(Date.from(START.plusSeconds(600)))
        .claim(
            "kubernetes.io",
            kubernetes(Map.of("pod", Map.of("name", "client", "uid", "uid-of-pod"))));
  }

  public static Map<String, Object> kubernetes(Map<String, Object> bound) {
    Map<String, Object> claims = new HashMap<>(bound);
    claims.put("namespace", "nats-io");
    claims.put("serviceaccount", Map.of("name", "nats-user", "uid", "uid-of-account"));
    return claims;
  }
}
