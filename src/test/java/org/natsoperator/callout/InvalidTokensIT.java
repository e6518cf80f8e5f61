package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.UncheckedIOException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.SigningKey;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * Logins on a real server with tokens that have one defect each. The key of the real API server
 * signs those whose defect is not the signature.
 */
@OperatorTest
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"2.14.10", "2.15.3"})
class InvalidTokensIT {

  private static final String API_SERVER_AUDIENCE = "https://kubernetes.default.svc";

  @Autowired private MeterRegistry meters;

  private static Sandbox sandbox;
  private static ProjectedCluster cluster;
  private static SigningKey apiServer;
  private static SigningKey otherKey;
  private static JWTClaimsSet valid;

  @Parameter String version;

  @BeforeParameterizedClassInvocation
  static void start(String version, Sandbox fresh) throws ParseException {
    sandbox = fresh;
    cluster = ProjectedCluster.create(version, sandbox);
    String token = cluster.podToken(POD);
    valid = SignedJWT.parse(token).getJWTClaimsSet();
    apiServer = SigningKey.ofApiServer(token);
    otherKey = SigningKey.rsa(apiServer.key().getKeyID());
  }

  @BeforeEach
  void awaitOperator() {
    cluster.awaitLogin();
  }

  @AfterParameterizedClassInvocation
  static void stop() throws InterruptedException {
    cluster.close();
  }

  /** Otherwise the tokens below might be refused since they are not like those of Kubernetes. */
  @ParameterizedTest(name = "{0}")
  @MethodSource
  void acceptsToken(String description, String token) {
    assertThat(cluster.login(token)).as(description).isEqualTo(WELCOME);
  }

  static Stream<Arguments> acceptsToken() {
    return Stream.of(
        arguments("another expiry", apiServer.sign(expiring(Duration.ofSeconds(500)))),
        arguments(
            "valid in half a minute, since clocks differ",
            apiServer.sign(claims().notBeforeTime(at(Duration.ofSeconds(30))).build())));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void refusesTokenWithoutTokenReview(String description, String reason, Supplier<String> token) {
    double reviews = reviews();

    // The operator counts a refusal also if it is too late for its server.
    await()
        .untilAsserted(
            () -> {
              double refusals = refusals(reason);
              assertThat(cluster.loginOnce(token.get())).as(description).isEqualTo(REFUSAL);
              assertThat(refusals(reason)).isEqualTo(refusals + 1);
            });
    assertThat(reviews()).isEqualTo(reviews);
  }

  static Stream<Arguments> refusesTokenWithoutTokenReview() throws JOSEException {
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

  /** The server closes the connection before it asks the operator. */
  @ParameterizedTest(name = "{0}")
  @ValueSource(ints = {4 << 10, 1 << 20})
  void serverRefusesLongLines(int length) {
    double decisions = decisions();

    assertThat(answerTo("a".repeat(length))).contains("maximum control line exceeded");
    assertThat(decisions()).isEqualTo(decisions);
    assertThat(cluster.login(cluster.podToken(POD))).isEqualTo(WELCOME);
  }

  private String answerTo(String token) {
    try {
      return cluster.login(token);
    } catch (UncheckedIOException e) {
      // The server does not read the rest of the line.
      return "maximum control line exceeded";
    }
  }

  private static String tokenFor(String... audiences) {
    return PodTokens.of(sandbox, USER, POD, List.of(audiences));
  }

  private static JWTClaimsSet expiring(Duration fromNow) {
    return claims().expirationTime(at(fromNow)).build();
  }

  private static JWTClaimsSet issuedEarlier() {
    return claims().issueTime(at(Duration.ofMinutes(-5))).build();
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder(valid);
  }

  private static Date at(Duration fromNow) {
    return Date.from(Instant.now().plus(fromNow));
  }

  private static String signedWithKeyInHeader() throws JOSEException {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .keyID(otherKey.key().getKeyID())
            .jwk(otherKey.key().toPublicJWK())
            .build();
    SignedJWT jwt = new SignedJWT(header, valid);
    jwt.sign(new RSASSASigner(otherKey.key().toRSAKey()));
    return jwt.serialize();
  }

  private static String signedWithPublicKey() throws JOSEException {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(apiServer.key().getKeyID()).build(),
            valid);
    jwt.sign(new MACSigner(apiServer.key().toRSAKey().toRSAPublicKey().getEncoded()));
    return jwt.serialize();
  }

  private static String withClaimsOfAnotherToken() {
    String[] token = apiServer.sign(valid).split("\\.");
    String[] other = apiServer.sign(claims().jwtID("another").build()).split("\\.");
    return String.join(".", token[0], other[1], token[2]);
  }

  private double refusals(String reason) {
    return decisions("result", "refused", "reason", reason);
  }

  private double decisions(String... tags) {
    return ClusterCounters.sum(meters, sandbox, "nats.operator.callout.decisions", tags);
  }

  private double reviews() {
    return meters.get("nats.operator.callout.token.reviews").counter().count();
  }
}
