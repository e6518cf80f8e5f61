package org.natsoperator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.NatsServer;
import org.natsoperator.testing.ServerConfigs;

/**
 * The route port accepts only servers of the cluster: another client could read and publish
 * everything. Servers before 1.3 cannot require a password and keep their routes when the users
 * change.
 */
class RoutePortIT {

  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int MOST_ATTEMPTS = 5;

  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"2.10.27", "2.15.3"})
  void acceptsOnlyServersOfClusterAsRoutes(String version) throws IOException {
    try (NatsServer server =
        NatsServer.start(version, ServerConfigs.withUsers(version, List.of()))) {
      assertThat(answerTo(server, "")).contains("Authorization");
      assertThat(answerTo(server, "\"user\":\"server\",\"pass\":\"guess\","))
          .contains("Authorization");
      assertThat(answerTo(server, "\"user\":\"server\",\"pass\":\"route-password\","))
          .doesNotContain("Authorization");
    }
  }

  @ParameterizedTest(name = "nats-server {0}")
  @ValueSource(strings = {"1.2.0", "2.10.27", "2.15.3"})
  void keepsRoutesWhenUsersChange(String version) throws InterruptedException {
    ObjectNode before = ServerConfigs.withUsers(version, List.of());
    ObjectNode after =
        ServerConfigs.withUsers(
            version, List.of(new ServerUser("u", "token", List.of("a"), List.of("a"))));
    try (NatsServer first = NatsServer.start(version, before);
        NatsServer second = NatsServer.start(version, routedTo(first, before))) {
      await().atMost(Duration.ofMinutes(2)).until(() -> routes(first) > 0 && routes(second) > 0);
      first.reload(after);
      second.reload(routedTo(first, after));
      Thread.sleep(500);
      assertThat(routes(first)).isPositive();
      assertThat(routes(second)).isPositive();
    }
  }

  private static int routes(NatsServer server) {
    return server.monitoring("/routez").get("num_routes").asInt();
  }

  private static ObjectNode routedTo(NatsServer server, ObjectNode config) {
    ObjectNode routed = config.deepCopy();
    if (routed.has("server_name")) {
      routed.put("server_name", "another");
    }
    ((ObjectNode) routed.get("cluster"))
        .putArray("routes")
        .add("nats://server:route-password@127.0.0.1:" + server.routePort());
    return routed;
  }

  /**
   * All lines up to an error, the answer to a PING or the end. A server waits two seconds for
   * CONNECT. A pause of this machine can be longer.
   */
  private static String answerTo(NatsServer server, String credentials) throws IOException {
    String answer = attempt(server, credentials);
    for (int i = 1; i < MOST_ATTEMPTS && answer.contains("Authentication Timeout"); i++) {
      answer = attempt(server, credentials);
    }
    return answer;
  }

  private static String attempt(NatsServer server, String credentials) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.routePort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String connect =
          "CONNECT {%s\"verbose\":false,\"pedantic\":false,\"name\":\"client\"}\r\nPING\r\n"
              .formatted(credentials);
      socket.getOutputStream().write(connect.getBytes(StandardCharsets.UTF_8));
      StringBuilder answer = new StringBuilder();
      String line = lines.readLine();
      while (line != null && !line.startsWith("-ERR") && !line.startsWith("PONG")) {
        answer.append(line).append('\n');
        line = lines.readLine();
      }
      return answer.append(line).toString();
    }
  }
}
