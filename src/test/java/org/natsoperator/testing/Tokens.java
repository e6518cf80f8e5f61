package org.natsoperator.testing;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

/** The claims of a token that an API server binds to a Secret of {@link Roles#tokenSecret}. */
public final class Tokens {

  public static final String AUDIENCE = "nats://example-nats.nats-io.svc";

  private Tokens() {}

  public static JWTClaimsSet claims(String account) {
    return new JWTClaimsSet.Builder()
        .audience(AUDIENCE)
        .issuer("https://kubernetes.default.svc.cluster.local")
        .subject("system:serviceaccount:nats-io:" + account)
        .expirationTime(Date.from(Instant.parse("2099-01-01T00:00:00Z")))
        .claim("kubernetes.io", boundTo(accountUid(account), secretUid(account)))
        .build();
  }

  public static Map<String, Object> boundTo(String accountUid, String secretUid) {
    return Map.of(
        "namespace", "nats-io",
        "serviceaccount", Map.of("name", "any", "uid", accountUid),
        "secret", Map.of("name", "any", "uid", secretUid));
  }

  public static String accountUid(String account) {
    return "uid-of-account-" + account;
  }

  public static String secretUid(String account) {
    return "uid-of-secret-" + account;
  }
}
