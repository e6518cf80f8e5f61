package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.admission.server.RawClient.firstLine;
import static org.natsoperator.admission.server.RawClient.response;
import static org.natsoperator.admission.server.RawClient.send;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

/** Connections that no HTTP client opens: slow, truncated, or with bytes that are not HTTP. */
@ExtendWith(ApiServer.class)
class HostileConnectionsIT {

  private static final String HEADERS =
      "POST /mutate/pods HTTP/1.1\r\n"
          + "Host: localhost\r\n"
          + "Content-Type: application/json\r\n"
          + "Content-Length: 1000\r\n\r\n";

  private static final Duration PAUSE = Duration.ofMillis(100);

  private static Sandbox sandbox;
  private static Replica replica;
  private static RawClient client;

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

  @AfterEach
  void serverStillAnswersOthers() throws IOException, InterruptedException {
    Caller other = new Caller(sandbox.client(), sandbox.namespace(), replica.port());
    assertThat(other.post(WebhookPaths.CLUSTERS, Replica.REVIEW).statusCode()).isEqualTo(200);
  }

  @Test
  void bodyThatStopsIsAnsweredWithTimeout() throws IOException {
    try (SSLSocket socket = client.connect()) {
      send(socket, HEADERS + "{");
      assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 408 Request Timeout");
    }
  }

  @Test
  void bodyThatTricklesIsAnsweredWithTimeout() {
    // If this machine pauses, the time of the server is over after too few bytes.
    await("bytes sent until the response")
        .until(HostileConnectionsIT::bytesUntilTimeout, sent -> sent > 5);
  }

  private static int bytesUntilTimeout() throws IOException {
    AtomicInteger sent = new AtomicInteger();
    try (SSLSocket socket = client.connect()) {
      send(socket, HEADERS);
      CompletableFuture<Void> trickle =
          CompletableFuture.runAsync(() -> trickle(socket, sent), Thread::startVirtualThread);
      assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 408 Request Timeout");
      int untilResponse = sent.get();
      assertThat(trickle)
          .as("the server closes the connection")
          .failsWithin(2, TimeUnit.MINUTES)
          .withThrowableOfType(ExecutionException.class)
          .withRootCauseInstanceOf(IOException.class);
      return untilResponse;
    }
  }

  /** Sends a byte after each pause, until the server closes the connection. */
  private static void trickle(SSLSocket socket, AtomicInteger sent) {
    try {
      while (true) {
        send(socket, " ");
        sent.incrementAndGet();
        Thread.sleep(PAUSE);
      }
    } catch (IOException | InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "505, 'GET / HTTP/9.9'",
    "505, 'POST /mutate/pods'",
    "400, '\u0001\u0002\u0003'",
    "400, 'POST /mutate/pods HTTP/1.1\r\nContent-Length: x\r\nHost: a'",
    "400, 'POST /mutate/pods HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\nHost: a'"
  })
  void malformedHttpIsAnsweredWithoutDetails(int status, String request) throws IOException {
    try (SSLSocket socket = client.connect()) {
      send(socket, request + "\r\n\r\n");
      String response = response(socket);
      assertThat(response).startsWith("HTTP/1.1 %d ".formatted(status));
      assertThat(response).doesNotContain("Jetty", "Exception");
    }
  }

  @Test
  void olderTlsIsRejected() throws IOException {
    try (SSLSocket socket = client.connect()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
    }
  }
}
