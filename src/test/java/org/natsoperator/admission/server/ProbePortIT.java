package org.natsoperator.admission.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.testing.Actuator;
import org.natsoperator.testing.IdleConnections;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Stopwatch;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Clients that open connections to the port for probes and metrics, and then do nothing more. */
@OperatorTest
class ProbePortIT {

  /** A kubelet waits for 5 seconds. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private static final int MORE_THAN_LIMIT = 3 * ProbePort.MOST_CONNECTIONS;

  private static final int ATTEMPTS = 10;

  private static final String REQUEST = "GET /actuator/%s HTTP/1.1\r\nHost: a\r\n\r\n";

  private static final List<String> ADDRESSES =
      IntStream.rangeClosed(2, 6).mapToObj("127.0.0.%d"::formatted).toList();

  @LocalServerPort private int port;

  /** What a client sends first. */
  enum Beginning {
    NOTHING(""),
    HALF_OF_HEADERS("GET /actuator/health/liveness HTTP/1.1\r\nHost:"),
    HEADERS_WITHOUT_BODY(
        "POST /actuator/health/liveness HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");

    private final String text;

    Beginning(String text) {
      this.text = text;
    }
  }

  @ParameterizedTest
  @EnumSource
  void probesAndScrapesAreAnsweredAtLimit(Beginning beginning) throws IOException {
    try (IdleConnections idle =
        IdleConnections.open(
            MORE_THAN_LIMIT, ADDRESSES, address -> connect(address, beginning.text))) {
      for (int i = 0; i < ATTEMPTS; i++) {
        Stopwatch stopwatch = Stopwatch.start();
        assertThat(code("health/liveness")).isEqualTo(200);
        assertThat(code("prometheus")).isEqualTo(200);
        assertThat(stopwatch.elapsed()).isLessThan(SOON);
      }
      await()
          .untilAsserted(
              () -> assertThat(idle.stillOpen()).isLessThanOrEqualTo(ProbePort.MOST_CONNECTIONS));
    }
  }

  @Test
  void manyConnectionsOfOneAddressEndNoneOfAnother() throws IOException {
    try (Socket scraper = connect(ADDRESSES.getFirst(), "");
        IdleConnections idle =
            IdleConnections.open(
                MORE_THAN_LIMIT, List.of(ADDRESSES.getLast()), address -> connect(address, ""))) {
      await()
          .untilAsserted(() -> assertThat(idle.stillOpen()).isLessThan(ProbePort.MOST_CONNECTIONS));
      scraper.getOutputStream().write(Beginning.HEADERS_WITHOUT_BODY.text.getBytes(US_ASCII));
      assertThat(scraper.getInputStream().read()).isEqualTo('H');
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prometheus", "health/readiness", "unknown"})
  void probesAreAnsweredWhileOthersSendRequests(String path) throws IOException {
    String requests = REQUEST.formatted(path).repeat(100);
    try (IdleConnections flood =
        IdleConnections.open(MORE_THAN_LIMIT, ADDRESSES, address -> connect(address, requests))) {
      for (int i = 0; i < ATTEMPTS; i++) {
        Stopwatch stopwatch = Stopwatch.start();
        assertThat(code("health/liveness")).isEqualTo(200);
        assertThat(stopwatch.elapsed()).isLessThan(SOON);
      }
    }
    await().untilAsserted(() -> assertThat(code("prometheus")).isEqualTo(200));
  }

  /** Requests in one connection share a thread, which others would have to wait for. */
  @Test
  void oneRequestEndsConnection() throws IOException {
    try (Socket client = connect(ADDRESSES.getFirst(), REQUEST.formatted("health/liveness"))) {
      client.setSoTimeout((int) SOON.toMillis());
      assertThat(client.getInputStream().readAllBytes()).asString().contains("Connection: close");
    }
  }

  private Socket connect(String from, String text) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(1);
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    return socket;
  }

  /** The status code of an endpoint. */
  private int code(String path) throws IOException {
    return new Actuator("http://127.0.0.1:%d/actuator/".formatted(port)).code(path);
  }
}
