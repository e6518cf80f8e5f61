package org.natsoperator.callout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.callout.ProjectedCluster.POD;
import static org.natsoperator.callout.ProjectedCluster.USER;
import static org.natsoperator.testing.Login.WELCOME;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.config.Ports;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/** The servers enforce {@code spec.limits} of a role on the connections of its clients. */
@OperatorTest
@ParameterizedClass(name = "nats-server {0}")
@ValueSource(strings = {"2.14.10", "2.15.3"})
class RoleLimitsIT {

  private static final String SUBSCRIBE = "SUB foo %d\r\n";

  @Parameter String version;

  @Test
  void serversEnforceLimits(Sandbox sandbox) throws Exception {
    try (ProjectedCluster cluster = ProjectedCluster.start(version, sandbox)) {
      sandbox.apply(Manifests.role(USER, "foo") + "  limits: {payload: 10, subscriptions: 2}\n");
      String token = cluster.podToken(POD);
      await().untilAsserted(() -> assertThat(cluster.login(token)).isEqualTo(WELCOME));

      // The server closes the connection after a violation, so its answer can get lost.
      assertAnswer(cluster, token, message(11), "-ERR 'Maximum Payload Violation'");
      assertAnswer(cluster, token, message(10), "PONG");
      String two = SUBSCRIBE.formatted(1) + SUBSCRIBE.formatted(2);
      assertAnswer(cluster, token, two, "PONG");
      assertAnswer(
          cluster, token, two + SUBSCRIBE.formatted(3), "-ERR 'maximum subscriptions exceeded'");
    }
  }

  private static String message(int bytes) {
    return "PUB foo %d\r\n%s\r\n".formatted(bytes, "x".repeat(bytes));
  }

  private static void assertAnswer(
      ProjectedCluster cluster, String token, String requests, String expected) {
    await()
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(() -> assertThat(answer(cluster, token, requests)).isEqualTo(expected));
  }

  /** The server's answer to these requests, and a PING. */
  private static String answer(ProjectedCluster cluster, String token, String requests)
      throws IOException {
    try (Socket socket = new Socket(cluster.server().pod().getStatus().getPodIP(), Ports.CLIENT)) {
      socket.setSoTimeout(60_000);
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      answers.readLine();
      socket
          .getOutputStream()
          .write(
              "CONNECT {\"user\":\"any\",\"pass\":\"%s\",\"verbose\":false}\r\n%sPING\r\n"
                  .formatted(token, requests)
                  .getBytes(US_ASCII));
      return answers.readLine();
    }
  }
}
