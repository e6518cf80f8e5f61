package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.admission.server.RawClient.firstLine;
import static org.natsoperator.admission.server.RawClient.send;

import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

/** As many connections as the server accepts, all of them idle. */
@ExtendWith(ApiServer.class)
class ConnectionLimitIT {

  /** At the limit connections may be idle for twice 3 seconds; an API server waits for 10. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);

  /** Longer than a connection may be idle at the limit. */
  private static final Duration LONGER_THAN_AT_LIMIT = Duration.ofSeconds(7);

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
    HTTP_2_HANDSHAKE("h2") {
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
    HALF_OF_HTTP_2_HEADERS("h2") {
      @Override
      void begin(SSLSocket socket) throws IOException {
        byte[] request = new Http2Frames("/" + WebhookPaths.CLUSTERS).bytes();
        socket.getOutputStream().write(Arrays.copyOf(request, request.length - 10));
      }
    },
    ANSWERED_REQUEST {
      @Override
      void begin(SSLSocket socket) throws IOException {
        send(socket, REVIEW);
        assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
      }
    };

    private final String[] applicationProtocols;

    Beginning(String... applicationProtocols) {
      this.applicationProtocols = applicationProtocols;
    }

    abstract void begin(SSLSocket socket) throws IOException;

    SSLSocket connect() throws IOException {
      SSLSocket socket = client.connect(applicationProtocols);
      begin(socket);
      return socket;
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
    try (Idle idle = Idle.connections(WebhookConnector.MOST_CONNECTIONS, beginning)) {
      long start = System.nanoTime();
      try (SSLSocket socket = client.connect()) {
        send(socket, REVIEW);
        assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONGEST_WAIT);
    }
  }

  @Test
  void requestInProgressIsAnsweredAtLimit() throws Exception {
    Caller caller =
        new Caller(sandbox.client(), sandbox.namespace(), replica.port(), Version.HTTP_2);
    var answer = caller.postLater(Replica.LONG + "?timeout=30s", Replica.REVIEW);
    Replica.LONG_UNDER_WAY.acquire();
    try (Idle idle =
        Idle.connections(WebhookConnector.MOST_CONNECTIONS, Beginning.HTTP_2_HANDSHAKE)) {
      assertThat(answer).succeedsWithin(Replica.LONG_TIME.multipliedBy(2)).isEqualTo(200);
    }
  }

  @Test
  void connectionsMayBeIdleLongerBelowLimit() throws Exception {
    try (Idle idle = Idle.connections(WebhookConnector.MOST_CONNECTIONS - 1, Beginning.HANDSHAKE);
        SSLSocket socket = Beginning.ANSWERED_REQUEST.connect()) {
      idle.close();
      Thread.sleep(LONGER_THAN_AT_LIMIT);
      socket.getInputStream().skipNBytes(socket.getInputStream().available());
      send(socket, REVIEW);
      assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  private record Idle(List<SSLSocket> sockets) implements AutoCloseable {

    static Idle connections(int number, Beginning beginning) throws IOException {
      Idle idle = new Idle(new ArrayList<>());
      try {
        for (int i = 0; i < number; i++) {
          idle.sockets.add(beginning.connect());
        }
        return idle;
      } catch (IOException | AssertionError e) {
        idle.close();
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      for (SSLSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
