package org.natsoperator.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.token.LoginTokens.KEY;
import static org.natsoperator.token.LoginTokens.NEWER;
import static org.natsoperator.token.LoginTokens.RSA;
import static org.natsoperator.token.LoginTokens.START;
import static org.natsoperator.token.LoginTokens.claims;
import static org.natsoperator.token.LoginTokens.expiring;
import static org.natsoperator.token.LoginTokens.kubernetes;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.natsoperator.access.Identity;
import org.natsoperator.testing.Tokens;
import org.natsoperator.token.LoginTokenCheck.Defect;
import org.natsoperator.token.LoginTokenCheck.Invalid;
import org.natsoperator.token.LoginTokenCheck.Valid;

/** The claims and the signature of a token that logs in. */
class LoginTokenVerifierTest {

  private final PublishedKeys published = new PublishedKeys(KEY, RSA);
  private final LoginTokenVerifier verifier =
      new LoginTokenVerifier(
          new ApiServerKeys(published.client(), Clock.fixed(START, ZoneOffset.UTC)));

  @Test
  void readsClaimsOfPodToken() {
    assertThat(check(KEY.sign(claims().build())))
        .isEqualTo(
            new Valid(
                new LoginToken(
                    new Identity("nats-io", "nats-user"),
                    "uid-of-account",
                    Optional.of(new BoundPod("client", "uid-of-pod")),
                    START.minusSeconds(60),
                    START.plusSeconds(600))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void acceptsValidToken(String description, String token) {
    assertThat(check(token)).as(description).isInstanceOf(Valid.class);
  }

  static Stream<Arguments> acceptsValidToken() {
    return Stream.of(
        arguments("an RSA key", RSA.sign(claims().build())),
        arguments("one second left", KEY.sign(expiring(START.plusSeconds(1)))),
        arguments(
            "valid in a minute",
            KEY.sign(claims().notBeforeTime(Date.from(START.plusSeconds(60))).build())),
        arguments("no beginning", KEY.sign(claims().notBeforeTime(null).build())),
        arguments(
            "no pod",
            KEY.sign(claims().claim("kubernetes.io", kubernetes(Map.of("x", "y"))).build())));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void rejectsInvalidToken(String description, Defect defect, String token) {
    assertThat(check(token)).as(description).isEqualTo(new Invalid(defect));
  }

  static Stream<Arguments> rejectsInvalidToken() throws Exception {
    String valid = KEY.sign(claims().build());
    String nested = "eyJhbGciOiJFUzI1NiJ9." + "W1tb".repeat(1_500) + ".AAAA";
    return Stream.of(
        arguments("empty", Defect.NOT_A_TOKEN, ""),
        arguments("a word", Defect.NOT_A_TOKEN, "password"),
        arguments("dots", Defect.NOT_A_TOKEN, ".."),
        arguments("4 KB", Defect.NOT_A_TOKEN, "a".repeat(4_096)),
        arguments("a long text", Defect.NOT_A_TOKEN, valid + "A".repeat(8_192)),
        arguments("deep JSON", Defect.NOT_A_TOKEN, nested),
        arguments("alg none", Defect.NOT_A_TOKEN, new PlainJWT(claims().build()).serialize()),
        arguments("no subject", Defect.NOT_A_TOKEN, KEY.sign(claims().subject(null).build())),
        arguments(
            "another subject",
            Defect.NOT_A_TOKEN,
            KEY.sign(claims().subject("system:serviceaccount:nats-io:admin").build())),
        arguments("a user", Defect.NOT_A_TOKEN, KEY.sign(claims().subject("alice").build())),
        arguments("no expiry", Defect.NOT_A_TOKEN, KEY.sign(expiring(null))),
        arguments("no time", Defect.NOT_A_TOKEN, KEY.sign(claims().issueTime(null).build())),
        arguments(
            "no Kubernetes claims",
            Defect.NOT_A_TOKEN,
            KEY.sign(claims().claim("kubernetes.io", null).build())),
        arguments(
            "a text as Kubernetes claims",
            Defect.NOT_A_TOKEN,
            KEY.sign(claims().claim("kubernetes.io", "x").build())),
        audience("another cluster", "nats://other.nats-io.svc"),
        audience("the API server", "https://kubernetes.default.svc.cluster.local"),
        audience("two audiences", Tokens.AUDIENCE, "https://kubernetes.default.svc"),
        audience("the same audience twice", Tokens.AUDIENCE, Tokens.AUDIENCE),
        audience("no audience"),
        arguments(
            "a token of a Secret, which may have been replaced",
            Defect.OF_SECRET,
            KEY.sign(
                claims()
                    .claim("kubernetes.io", kubernetes(Map.of("secret", Map.of("name", "a"))))
                    .build())),
        arguments("expired", Defect.EXPIRED, KEY.sign(expiring(START))),
        arguments(
            "valid later",
            Defect.NOT_YET_VALID,
            KEY.sign(claims().notBeforeTime(Date.from(START.plusSeconds(61))).build())),
        arguments(
            "issued later",
            Defect.NOT_YET_VALID,
            KEY.sign(claims().issueTime(Date.from(START.plusSeconds(61))).build())),
        arguments("an unknown key", Defect.UNKNOWN_KEY, NEWER.sign(claims().build())),
        arguments("no key", Defect.UNKNOWN_KEY, KEY.sign(null, claims().build())),
        arguments(
            "a forged signature",
            Defect.BAD_SIGNATURE,
            NEWER.sign(KEY.key().getKeyID(), claims().build())),
        arguments(
            "another algorithm",
            Defect.BAD_SIGNATURE,
            KEY.sign(RSA.key().getKeyID(), claims().build())),
        arguments("HS256 with the public key", Defect.BAD_SIGNATURE, signedWithPublicKey()));
  }

  @Test
  void confirmedTokenNeedsNoSignatureButMustNotHaveExpired() {
    String confirmed = NEWER.sign(claims().build());

    assertThat(verifier.check(confirmed, Tokens.AUDIENCE, true, START)).isInstanceOf(Valid.class);
    assertThat(verifier.check(confirmed, "other", true, START))
        .isEqualTo(new Invalid(Defect.WRONG_AUDIENCE));
    assertThat(verifier.check(confirmed, Tokens.AUDIENCE, true, START.plusSeconds(600)))
        .isEqualTo(new Invalid(Defect.EXPIRED));
    assertThat(published.requests).isEmpty();
  }

  private LoginTokenCheck check(String token) {
    return verifier.check(token, Tokens.AUDIENCE, false, START);
  }

  private static Arguments audience(String description, String... audiences) {
    return arguments(
        description,
        Defect.WRONG_AUDIENCE,
        KEY.sign(claims().audience(List.of(audiences)).build()));
  }

  private static String signedWithPublicKey() throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(RSA.key().getKeyID()).build(),
            claims().build());
    jwt.sign(new MACSigner(RSA.key().toRSAKey().toRSAPublicKey().getEncoded()));
    return jwt.serialize();
  }
}
