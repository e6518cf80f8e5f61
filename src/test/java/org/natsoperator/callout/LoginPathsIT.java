package org.natsoperator.callout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.REFUSAL;
import static org.natsoperator.testing.Login.WELCOME;
import static org.natsoperator.testing.NatsClient.Verdict.ALLOWED;
import static org.natsoperator.testing.NatsClient.Verdict.REFUSED;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.NatsClient;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** Ways in which client libraries send the same token. */
@LongTest
@OperatorTest
class LoginPathsIT {

  private static final int PORT = 9222;

  /** The server may be blocked for half a minute, more than once. */
  private static final Duration LONG = Duration.ofMinutes(3);

  private static Sandbox sandbox;
  private static ProjectedCluster cluster;

  @BeforeAll
  static void start(Sandbox fresh) {
    sandbox = fresh;
    cluster =
        ProjectedCluster.withAddition(
            "\nwebsocket {port: %d, no_tls: true}\n".formatted(PORT), sandbox);
  }

  @BeforeEach
  void awaitReport() {
    cluster.awaitReportOfAddition();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    cluster.close();
  }

  /** The only credential that jnats reads again when it reconnects. */
  @Test
  void acceptsTokenAsAuthToken() {
    assertAnswer(cluster.podToken(POD), WELCOME);
    assertAnswer("garbage", REFUSAL);
  }

  /** The operator does not configure this port. */
  @Test
  void webSocketClientHasPermissionsOfItsRole() throws Exception {
    String url = "ws://%s:%d".formatted(cluster.pods().getFirst().getStatus().getPodIP(), PORT);
    String token = cluster.podToken(POD);
    try (NatsClient witness = login(cluster.server().url(), token);
        NatsClient client = login(url, token)) {
      assertThat(client.publish("foo", witness)).isEqualTo(ALLOWED);
      assertThat(client.publish("bar", witness)).isEqualTo(REFUSED);
      assertThat(cluster.server().connections("$G"))
          .filteredOn(connection -> connection.path("type").asText().equals("websocket"))
          .extracting(connection -> connection.path("authorized_user").asText())
          .containsExactly("%s/%s/%s".formatted(sandbox.namespace(), USER, POD));

      sandbox.patch(
          sandbox.role(USER), "{\"metadata\": {\"annotations\": {\"nats.io/reissue\": \"1\"}}}");

      client.awaitClosed();
    }
  }

  private static void assertAnswer(String token, String answer) {
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(cluster.server().answerTo(Map.of("auth_token", token)))
                    .isEqualTo(answer));
  }

  private static NatsClient login(String url, String token) {
    return await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(() -> NatsClient.login(url, "any", token), Objects::nonNull);
  }
}
