package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;

import com.nimbusds.jose.JOSEException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.UncheckedIOException;
import java.text.ParseException;
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
import org.natsoperator.testing.Sandbox;
import org.springframework.beans.factory.annotation.Autowired;

/** Logins on a real server with {@link InvalidTokens}. */
@OperatorTest
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"2.14.10", "2.15.3"})
class InvalidTokensIT {

  @Autowired private MeterRegistry meters;

  private static Sandbox sandbox;
  private static ProjectedCluster cluster;
  private static InvalidTokens tokens;

  @Parameter String version;

  @BeforeParameterizedClassInvocation
  static void start(String version, Sandbox fresh) throws ParseException {
    sandbox = fresh;
    cluster = ProjectedCluster.create(version, sandbox);
    tokens = InvalidTokens.of(cluster, sandbox);
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
    return tokens.valid();
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
    return tokens.refused();
  }

  /**
   * The server closes the connection before it asks the operator. Requests arrive in order, so one
   * for the long line would arrive before that for the accepted login. A login that is decided too
   * late after a pause of this machine counts, too, and then the test starts again.
   */
  @ParameterizedTest(name = "{0}")
  @ValueSource(ints = {4 << 10, 1 << 20})
  void serverRefusesLongLines(int length) {
    await()
        .untilAsserted(
            () -> {
              double notAccepted = ClusterCounters.notAccepted(meters, sandbox);
              assertThat(answerTo("a".repeat(length))).contains("maximum control line exceeded");
              assertThat(cluster.login(cluster.podToken(POD))).isEqualTo(WELCOME);
              assertThat(ClusterCounters.notAccepted(meters, sandbox)).isEqualTo(notAccepted);
            });
  }

  private String answerTo(String token) {
    try {
      return cluster.login(token);
    } catch (UncheckedIOException e) {
      // The server does not read the rest of the line.
      return "maximum control line exceeded";
    }
  }

  private double refusals(String reason) {
    return ClusterCounters.refusals(meters, sandbox, reason);
  }

  private double reviews() {
    return meters.get("nats.operator.callout.token.reviews").counter().count();
  }
}
