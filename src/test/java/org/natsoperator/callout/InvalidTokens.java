package org.natsoperator.callout;

import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SigningKey;

/**
 * Tokens that have one defect each, made from a valid one. The key of the real API server signs
 * those whose defect is not the signature.
 */
final class InvalidTokens {

  private static final String API_SERVER_AUDIENCE = "https://kubernetes.default.svc";

  private final Sandbox sandbox;
  private final SigningKey apiServer;
  private final SigningKey otherKey;
  private final JWTClaimsSet valid;

  private InvalidTokens(Sandbox sandbox, SigningKey apiServer, JWTClaimsSet valid) {
    this.sandbox = sandbox;
    this.apiServer = apiServer;
    this.valid = valid;
    otherKey = SigningKey.rsa(apiServer.key().getKeyID());
  }

  /** Made from the token of the client pod. */
  static InvalidTokens of(ProjectedCluster cluster, Sandbox sandbox) throws ParseException {
    String token = cluster.podToken(POD);
    return new InvalidTokens(
        sandbox, SigningKey.ofApiServer(token), SignedJWT.parse(token).getJWTClaimsSet());
  }

  /** Descriptions and tokens, which are made in the same way but are valid. */
  Stream<Arguments> valid() {
    return Stream.of(
        arguments("another expiry", apiServer.sign(expiring(Duration.ofSeconds(500)))),
        arguments(
            "valid in half a minute, since clocks differ",
            apiServer.sign(claims().notBeforeTime(at(Duration.ofSeconds(30))).build())));
  }

  /** Descriptions, reasons of their refusal, and suppliers of the tokens. */
  Stream<Arguments> refused() throws JOSEException {
    return Stream.of(
        row("empty", "not_a_token", ""),
        row("4 KB with the rest of the line", "not_a_token", "a".repeat(4_000)),
        row("not text", "not_a_token", "\u0000\r\n\uD83D\uDE00\"\\"),
        row("alg none", "not_a_token", new PlainJWT(valid).serialize()),
        row("expired", "expired", apiServer.sign(expiring(Duration.ofSeconds(-1)))),
        row(
            "not yet valid",
            "not_yet_valid",
            () -> apiServer.sign(claims().notBeforeTime(at(Duration.ofSeconds(90))).build())),
        row(
            "issued later",
            "not_yet_valid",
            () -> apiServer.sign(claims().issueTime(at(Duration.ofSeconds(90))).build())),
        row("audience of the API server", "wrong_audience", tokenFor(API_SERVER_AUDIENCE)),
        row("audience of another cluster", "wrong_audience", tokenFor("nats://other.ns.svc")),
        row(
            "two audiences",
            "wrong_audience",
            tokenFor(valid.getAudience().getFirst(), API_SERVER_AUDIENCE)),
        row("forged signature", "bad_signature", otherKey.sign(valid)),
        row("forged signature with its own key", "bad_signature", signedWithKeyInHeader()),
        row("claims of another token", "bad_signature", withClaimsOfAnotherToken()),
        row("HS256 with the public key", "bad_signature", signedWithPublicKey()),
        row("unknown key", "unknown_key", otherKey.sign("other", issuedEarlier())));
  }

  private static Arguments row(String description, String reason, String token) {
    return row(description, reason, () -> token);
  }

  /** A token with times that begin when the test uses it. */
  private static Arguments row(String description, String reason, Supplier<String> token) {
    return arguments(description, reason, token);
  }

  private String tokenFor(String... audiences) {
    return PodTokens.of(sandbox, USER, POD, List.of(audiences));
  }

  private JWTClaimsSet expiring(Duration fromNow) {
    return claims().expirationTime(at(fromNow)).build();
  }

  private JWTClaimsSet issuedEarlier() {
    return claims().issueTime(at(Duration.ofMinutes(-5))).build();
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder(valid);
  }

  private static Date at(Duration fromNow) {
    return Date.from(Instant.now().plus(fromNow));
  }

  private String signedWithKeyInHeader() throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID(otherKey.key().getKeyID())
            .jwk(otherKey.key().toPublicJWK())
            .build();
    SignedJWT jwt = new SignedJWT(header, valid);
    jwt.sign(new RSASSASigner(otherKey.key().toRSAKey()));
    return jwt.serialize();
  }

  private String signedWithPublicKey() throws JOSEException {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(apiServer.key().getKeyID()).build(),
            valid);
    jwt.sign(new MACSigner(apiServer.key().toRSAKey().toRSAPublicKey().getEncoded()));
    return jwt.serialize();
  }

  private String withClaimsOfAnotherToken() {
    String[] token = apiServer.sign(valid).split("\\.");
    String[] other = apiServer.sign(claims().jwtID("another").build()).split("\\.");
    return String.join(".", token[0], other[1], token[2]);
  }
}
