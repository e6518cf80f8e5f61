package org.natsoperator.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.testing.SigningKey;
import org.natsoperator.testing.Tokens;

class TokenVerifierTest {

  private static final String ACCOUNT = "nats-user";
  private static final SigningKey RSA = SigningKey.rsa("old");
  private static final SigningKey EC = SigningKey.API_SERVER;
  private static final JWTClaimsSet CLAIMS = Tokens.claims(ACCOUNT);
  private static final TokenClaims EXPECTED =
      new TokenClaims(
          Tokens.AUDIENCE,
          "system:serviceaccount:nats-io:nats-user",
          Tokens.accountUid(ACCOUNT),
          Tokens.secretUid(ACCOUNT));

  private final TokenVerifier proof = SigningKey.verifier(RSA, EC);

  @ParameterizedTest(name = "{0} is accepted")
  @MethodSource
  void acceptsValidToken(String description, String token) {
    assertThat(proof.proves(token, EXPECTED)).as(description).isTrue();
  }

  static Stream<Arguments> acceptsValidToken() {
    Date past = Date.from(Instant.parse("2018-07-01T00:00:00Z"));
    return Stream.of(
        arguments("a token with an RSA key", RSA.sign(CLAIMS)),
        arguments("a token with an elliptic curve key", EC.sign(CLAIMS)),
        arguments("an expired token", EC.sign(but().expirationTime(past).build())),
        arguments("a token that never expires", EC.sign(but().expirationTime(null).build())),
        arguments("a token by another issuer", EC.sign(but().issuer("https://renamed").build())));
  }

  @ParameterizedTest(name = "{0} is rejected")
  @MethodSource
  void rejectsInvalidToken(String description, String token) {
    assertThat(proof.proves(token, EXPECTED)).as(description).isFalse();
  }

  @Test
  void recognizesTokenOfFormerServiceAccount() {
    var before = Tokens.boundTo("older", Tokens.secretUid(ACCOUNT));
    String former = EC.sign(but().claim("kubernetes.io", before).build());

    assertThat(proof.provesForFormerAccount(former, EXPECTED)).isTrue();
    assertThat(proof.provesForFormerAccount(EC.sign(CLAIMS), EXPECTED))
        .as("token of the current ServiceAccount")
        .isFalse();
    assertThat(
            proof.provesForFormerAccount(
                SigningKey.ec("unknown").sign(but().claim("kubernetes.io", before).build()),
                EXPECTED))
        .isFalse();
    assertThat(
            proof.provesForFormerAccount(
                signed(but().claim("kubernetes.io", before).subject("other")), EXPECTED))
        .isFalse();
  }

  static Stream<Arguments> rejectsInvalidToken() {
    return Stream.concat(withWrongClaims(), withInvalidSignature());
  }

  private static Stream<Arguments> withWrongClaims() {
    String account = Tokens.accountUid(ACCOUNT);
    String secret = Tokens.secretUid(ACCOUNT);
    return Stream.of(
        arguments(
            "a token for another cluster", signed(but().audience("nats://other.nats-io.svc"))),
        arguments("a token for the API server", signed(but().audience("https://kubernetes"))),
        arguments(
            "a token for the cluster and the API server",
            signed(but().audience(List.of(Tokens.AUDIENCE, "https://kubernetes")))),
        arguments("a token without an audience", signed(but().audience((String) null))),
        arguments(
            "a token of another ServiceAccount",
            signed(but().subject("system:serviceaccount:nats-io:other"))),
        arguments("a token without a subject", signed(but().subject(null))),
        arguments(
            "a token of a ServiceAccount that was recreated",
            signed(but().claim("kubernetes.io", Tokens.boundTo("older", secret)))),
        arguments(
            "a token that is bound to another Secret",
            signed(but().claim("kubernetes.io", Tokens.boundTo(account, "other")))),
        arguments(
            "a token that is not bound to an object", signed(but().claim("kubernetes.io", null))),
        arguments("a token with an invalid binding", signed(but().claim("kubernetes.io", "text"))));
  }

  private static Stream<Arguments> withInvalidSignature() {
    String good = EC.sign(CLAIMS);
    String other = EC.sign(Tokens.claims("other"));
    return Stream.of(
        arguments("a token by an unknown key", SigningKey.ec("unknown").sign(CLAIMS)),
        arguments(
            "a token by an unknown key with a known ID", SigningKey.ec("api-server").sign(CLAIMS)),
        arguments("a token with the ID of another key", EC.sign("old", CLAIMS)),
        arguments("a token without a key ID", EC.sign(null, CLAIMS)),
        arguments("a token without a signature", new PlainJWT(CLAIMS).serialize()),
        arguments(
            "a token that is signed with the public key as a password", signedWithPublicKey()),
        arguments("a truncated token", good.substring(0, good.length() - 4)),
        arguments(
            "a token without its signature part", good.substring(0, good.lastIndexOf('.') + 1)),
        arguments("a token with the claims of another token", exchanged(good, other)),
        arguments("a token with an extra character", good + "A"),
        arguments("a token with a trailing line break", good + "\n."),
        arguments("an empty token", ""),
        arguments("dots", ".."),
        arguments("a plain word", "password"),
        arguments("an invalid text in three parts", "a.b.c"),
        arguments("a header that is not an object", Base64URL.encode("[]") + ".e30.AAAA"),
        arguments("a header without algorithm", Base64URL.encode("{}") + ".e30.AAAA"),
        arguments(
            "a header with a numeric algorithm", Base64URL.encode("{\"alg\":1}") + ".e30.AAAA"),
        arguments(
            "an unknown algorithm",
            Base64URL.encode("{\"alg\":\"X\",\"kid\":\"old\"}") + ".e30.AAAA"));
  }

  @Test
  void recognizesItsOwnKeys() {
    assertThat(proof.knowsKeyOf(RSA.sign(CLAIMS))).isTrue();
    assertThat(proof.knowsKeyOf(EC.sign(CLAIMS))).isTrue();
  }

  @Test
  void reportsNewKeyIdAsUnknown() {
    assertThat(proof.knowsKeyOf(EC.sign("newer", CLAIMS))).isFalse();
  }

  @Test
  void tokenWithoutKeyIdNeedsNoNewerKeys() {
    assertThat(proof.knowsKeyOf(EC.sign(null, CLAIMS))).isTrue();
    assertThat(proof.knowsKeyOf("nonsense")).isTrue();
  }

  @Test
  void verifiesSameTokenAgainstEachExpectation() {
    String token = EC.sign(CLAIMS);
    TokenClaims other =
        new TokenClaims("nats://other.nats-io.svc", EXPECTED.subject(), "uid", "uid");

    assertThat(proof.proves(token, other)).isFalse();
    assertThat(proof.proves(token, EXPECTED)).isTrue();
    assertThat(proof.proves(token, other)).isFalse();
  }

  private static JWTClaimsSet.Builder but() {
    return new JWTClaimsSet.Builder(CLAIMS);
  }

  private static String signed(JWTClaimsSet.Builder claims) {
    return EC.sign(claims.build());
  }

  private static String exchanged(String token, String other) {
    String[] parts = token.split("\\.");
    return parts[0] + "." + other.split("\\.")[1] + "." + parts[2];
  }

  private static String signedWithPublicKey() {
    byte[] published = RSA.key().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);
    JWK password = new OctetSequenceKey.Builder(published).keyID("old").build();
    return new SigningKey(password, JWSAlgorithm.HS256).sign(CLAIMS);
  }
}
