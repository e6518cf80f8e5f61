package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.admission.server.RawClient.firstLine;
import static org.natsoperator.admission.server.RawClient.send;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.IdleConnections;
import org.natsoperator.testing.LongTest;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;

/** More idle connections than the server keeps. */
@LongTest
@ExtendWith(ApiServer.class)
class ConnectionLimitIT {

  /** Less than any timeout of the server, and less than an API server waits. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final int MORE_THAN_LIMIT = WebhookConnector.MOST_CONNECTIONS + 50;

  private static final List<String> ADDRESSES =
      IntStream.rangeClosed(2, 6).mapToObj("127.0.0.%d"::formatted).toList();

  private static final String REVIEW =
      "POST /%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
          .formatted(WebhookPaths.CLUSTERS, Replica.REVIEW.length(), Replica.REVIEW);

  private static Sandbox sandbox;
  private static Replica replica;
  private static RawClient client;

  /** The bytes that a client sends before it becomes idle. */
  enum Beginning {
    NO_HANDSHAKE {
      @Override
      void begin(SSLSocket socket) {}
    },
    HANDSHAKE {
      @Override
      void begin(SSLSocket socket) throws IOException {
        socket.startHandshake();
      }
    },
    HALF_OF_HEADERS {
      @Override
      void begin(SSLSocket socket) throws IOException {
        send(socket, REVIEW.substring(0, REVIEW.indexOf("Type")));
      }
    },
    ANSWERED_REQUEST {
      @Override
      void begin(SSLSocket socket) throws IOException {
        send(socket, REVIEW);
        assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
      }
    };

    abstract void begin(SSLSocket socket) throws IOException;

    /** Begins on a new connection and returns its socket, without TLS. */
    Socket connectFrom(String address) throws IOException {
      Socket tcp = client.connectFrom(address);
      begin(client.tls(tcp));
      return tcp;
    }
  }

  @BeforeAll
  static void start(Sandbox ofClass) {
    sandbox = ofClass;
    replica = Replica.startAndAwaitAnswers(sandbox);
    client = RawClient.of(replica, sandbox);
  }

  @AfterAll
  static void stop() {
    replica.close();
  }

  @ParameterizedTest
  @EnumSource
  void idleConnectionsDoNotLockOutOthers(Beginning beginning) throws IOException {
    try (IdleConnections idle =
        IdleConnections.open(MORE_THAN_LIMIT, ADDRESSES, beginning::connectFrom)) {
      assertReviewOnNewConnection();
      // The server may not have handled the last connections before.
      await()
          .untilAsserted(
              () -> assertThat(idle.stillOpen()).isLessThan(WebhookConnector.MOST_CONNECTIONS));
    }
  }

  @ParameterizedTest
  @CsvSource({"NO_HANDSHAKE, 1", "NO_HANDSHAKE, 5", "HANDSHAKE, 1", "HANDSHAKE, 5"})
  void reviewsAreAnsweredDuringThousandConnections(Beginning beginning, int addresses)
      throws Exception {
    Caller steady = new Caller(sandbox.client(), sandbox.namespace(), replica.port());
    CompletableFuture<IdleConnections> attack =
        CompletableFuture.supplyAsync(
            () ->
                IdleConnections.open(
                    1_000, ADDRESSES.subList(0, addresses), beginning::connectFrom),
            Thread::startVirtualThread);
    int reviews = 0;
    while (!attack.isDone() || reviews < 10) {
      Stopwatch stopwatch = Stopwatch.start();
      assertThat(steady.postLater(WebhookPaths.CLUSTERS, Replica.REVIEW))
          .succeedsWithin(TIMEOUT)
          .isEqualTo(200);
      assertThat(stopwatch.elapsed()).isLessThan(SOON);
      assertReviewOnNewConnection();
      reviews++;
    }
    attack.join().close();
  }

  /** The connection of an API server may be idle for longer than all others. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void addressesWithManyConnectionsDoNotCloseThoseOfOthers(int addresses) throws IOException {
    int most =
        Math.min(addresses * WebhookConnector.MOST_OF_ADDRESS, WebhookConnector.MOST_CONNECTIONS);
    try (SSLSocket other = client.tls(client.connectFrom(ADDRESSES.getLast()))) {
      send(other, REVIEW);
      assertThat(firstLine(other)).isEqualTo("HTTP/1.1 200 OK");
      List<String> attackers = ADDRESSES.subList(0, addresses);
      try (IdleConnections idle =
          IdleConnections.open(MORE_THAN_LIMIT, attackers, Beginning.HANDSHAKE::connectFrom)) {
        assertThat(idle.stillOpen()).isLessThanOrEqualTo(most);
        other.getInputStream().skipNBytes(other.getInputStream().available());
        send(other, REVIEW);
        assertThat(firstLine(other)).isEqualTo("HTTP/1.1 200 OK");
      }
    }
  }

  /** Its connection is idle for longer than all others, since the response takes long. */
  @Test
  void requestInProgressIsAnsweredAtLimit() throws Exception {
    Caller caller = new Caller(sandbox.client(), sandbox.namespace(), replica.port());
    var answer = caller.postLater(Replica.LONG + "?timeout=30s", Replica.REVIEW);
    Replica.LONG_UNDER_WAY.acquire();
    try (IdleConnections idle =
        IdleConnections.open(MORE_THAN_LIMIT, ADDRESSES, Beginning.HANDSHAKE::connectFrom)) {
      assertThat(answer).succeedsWithin(TIMEOUT).isEqualTo(200);
    }
  }

  @Test
  void connectionsMayBeIdleBelowLimit() throws Exception {
    try (SSLSocket socket = client.connect()) {
      send(socket, REVIEW);
      assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
      Thread.sleep(WebhookConnector.HANDSHAKE.plus(SOON));
      socket.getInputStream().skipNBytes(socket.getInputStream().available());
      send(socket, REVIEW);
      assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  /** A byte each second: the connection is never idle for long. */
  @Test
  void handshakeThatTricklesClosesConnection() throws Exception {
    byte[] beginningOfClientHello = {22, 3, 1, 2, 0, 1};
    long start = System.nanoTime();
    Stopwatch stopwatch = Stopwatch.start();
    try (Socket tcp = client.connectFrom("127.0.0.2")) {
      tcp.setSoTimeout(1_000);
      for (byte next : beginningOfClientHello) {
        if (!isSent(next, tcp) || IdleConnections.isClosed(tcp)) {
          break;
        }
      }
      tcp.setSoTimeout((int) TIMEOUT.toMillis());
      assertThat(IdleConnections.isClosed(tcp)).isTrue();
    }
    assertThat(stopwatch.elapsed()).isLessThan(WebhookConnector.HANDSHAKE.plus(SOON));
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThan(WebhookConnector.HANDSHAKE.minus(SOON));
  }

  /** Returns false if the server has closed the connection. */
  private static boolean isSent(byte next, Socket tcp) throws IOException {
    try {
      tcp.getOutputStream().write(next);
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  private static void assertReviewOnNewConnection() throws IOException {
    Stopwatch stopwatch = Stopwatch.start();
    try (SSLSocket socket = client.connect()) {
      send(socket, REVIEW);
      assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
    }
    assertThat(stopwatch.elapsed()).isLessThan(SOON);
  }
}
