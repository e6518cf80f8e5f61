package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.Manifests.CLUSTER;

import com.nimbusds.jose.JOSEException;
import io.micrometer.core.instrument.MeterRegistry;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.PodTokens;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.WebSocketLogin;
import org.springframework.beans.factory.annotation.Autowired;

/** Logins by WebSocket, on a port that the operator does not configure. */
@LongTest
@OperatorTest
class WebSocketTokensIT {

  private static final int PORT = 9223;

  /** The server may be blocked for half a minute, more than once. */
  private static final Duration LONG = Duration.ofMinutes(3);

  @Autowired private MeterRegistry meters;

  private static Sandbox sandbox;
  private static ProjectedCluster cluster;
  private static InvalidTokens tokens;

  @BeforeAll
  static void start(Sandbox fresh) throws ParseException {
    sandbox = fresh;
    cluster =
        ProjectedCluster.withAddition(
            "\nwebsocket {port: %d, no_tls: true}\n".formatted(PORT), sandbox);
    tokens = InvalidTokens.of(cluster, sandbox);
  }

  @BeforeEach
  void awaitReport() {
    cluster.awaitReportOfAddition();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    cluster.close();
  }

  @Test
  void acceptsTokenOfPod() {
    String token = cluster.podToken(POD);

    assertAnswer(token, WELCOME);
    assertAnswer(Map.of("auth_token", token), WELCOME);
    assertAnswer(Map.of("auth_token", "garbage"), REFUSAL);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void acceptsToken(String description, String token) {
    assertAnswer(token, WELCOME);
  }

  static Stream<Arguments> acceptsToken() {
    return tokens.valid();
  }

  @Test
  void tokenWithoutPodNeedsPermission() {
    String token = PodTokens.withoutPod(sandbox, USER);
    assertAnswer(token, REFUSAL);

    cluster.set("{tokensWithoutPod: true}");
    assertAnswer(token, WELCOME);
    cluster.set("{tokensWithoutPod: false}");
    assertAnswer(token, REFUSAL);
  }

  @Test
  void acceptsTokenOfSecret() {
    sandbox.apply(PodTokens.podWithSecret("mounts", USER));
    String token = await().until(() -> sandbox.token(USER, CLUSTER), Optional::isPresent).get();

    assertAnswer(token, WELCOME);
    assertAnswer(token + "x", REFUSAL);
    sandbox.delete(sandbox.secret(USER + "-" + CLUSTER + "-bound-token"));
    assertAnswer(token, REFUSAL);
    cluster.deletePod("mounts");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void refusesToken(String description, String reason, Supplier<String> token) {
    // The operator counts a refusal also if it is too late for its server.
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              double refusals = refusals(reason);
              assertThat(loginOnce(token.get())).as(description).isEqualTo(REFUSAL);
              assertThat(refusals(reason)).isEqualTo(refusals + 1);
            });
  }

  static Stream<Arguments> refusesToken() throws JOSEException {
    return tokens.refused();
  }

  @Test
  void refusesTokenOfDeletedPod() {
    sandbox.apply(PodTokens.pod("short", USER));
    String token = cluster.podToken("short");
    assertAnswer(token, WELCOME);

    cluster.deletePod("short");

    assertAnswer(token, REFUSAL);
  }

  @Test
  void recreatedServiceAccountDoesNotInheritTokens() {
    sandbox.apply(
        Manifests.serviceAccount("recreated"),
        Manifests.role("recreated", "foo"),
        PodTokens.pod("recreated", "recreated"));
    String token = PodTokens.of(sandbox, "recreated", "recreated");
    assertAnswer(token, WELCOME);

    sandbox.delete(sandbox.serviceAccount("recreated"));
    assertAnswer(token, REFUSAL);
    sandbox.apply(Manifests.serviceAccount("recreated"));

    assertAnswer(PodTokens.of(sandbox, "recreated", "recreated"), WELCOME);
    assertAnswer(token, REFUSAL);
  }

  /**
   * The server closes the connection before it asks the operator. The accepted logins are there
   * because requests arrive in order, and a server may refuse a login before its request arrives. A
   * login that is decided too late counts, too, and then the test starts again.
   */
  @ParameterizedTest(name = "{0}")
  @ValueSource(ints = {4 << 10, 1 << 20})
  void serverRefusesLongLines(int length) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              assertAnswer(cluster.podToken(POD), WELCOME);
              double notAccepted = ClusterCounters.notAccepted(meters, sandbox);
              assertThat(loginOnce("a".repeat(length)))
                  .containsAnyOf("maximum control line exceeded", WebSocketLogin.CLOSED);
              assertAnswer(cluster.podToken(POD), WELCOME);
              assertThat(ClusterCounters.notAccepted(meters, sandbox)).isEqualTo(notAccepted);
            });
  }

  private static void assertAnswer(String token, String answer) {
    assertAnswer(Map.of("user", "any", "pass", token), answer);
  }

  private static void assertAnswer(Map<String, String> credentials, String answer) {
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(WebSocketLogin.at(url(), credentials)).isEqualTo(answer));
  }

  private static String loginOnce(String token) {
    return WebSocketLogin.at(url(), Map.of("user", "any", "pass", token));
  }

  private static String url() {
    return "ws://%s:%d".formatted(cluster.pods().getFirst().getStatus().getPodIP(), PORT);
  }

  private double refusals(String reason) {
    return ClusterCounters.refusals(meters, sandbox, reason);
  }
}
