package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient.Version;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.http2.ErrorCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.Sandbox;

/** What no client would send, byte by byte: slow, cut, no HTTP at all, or nothing. */
@ExtendWith(ApiServer.class)
class HostileConnectionsIT {

  private static Replica replica;
  private static SSLContext tls;

  @BeforeAll
  static void start(Sandbox sandbox) {
    replica = Replica.answering(sandbox);
    tls = new Caller(sandbox.client(), sandbox.namespace(), replica.port(), Version.HTTP_1_1).tls();
  }

  @AfterAll
  static void stop() {
    replica.close();
  }

  @Test
  void aBodyThatNeverComes() throws IOException {
    try (SSLSocket socket = socket()) {
      send(
          socket,
          "POST /mutate/pods HTTP/1.1\r\n"
              + "Host: localhost\r\n"
              + "Content-Type: application/json\r\n"
              + "Content-Length: 1000\r\n\r\n"
              + "{");
      assertThat(firstLine(socket)).contains(" 408 ");
    }
  }

  @Test
  void aBodyThatComesOneByteAfterTheOther() throws IOException {
    try (SSLSocket socket = socket()) {
      send(
          socket,
          "POST /mutate/pods HTTP/1.1\r\n"
              + "Host: localhost\r\n"
              + "Content-Type: application/json\r\n"
              + "Content-Length: 1000\r\n\r\n");
      Thread.ofVirtual().start(() -> trickle(socket));
      assertThat(firstLine(socket)).contains(" 408 ");
    }
  }

  /** Until it is told to stop. */
  private static void trickle(SSLSocket socket) {
    try {
      while (true) {
        send(socket, " ");
        Thread.sleep(100);
      }
    } catch (IOException | InterruptedException e) {
      // Told to stop.
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'GET / HTTP/9.9'",
    "'POST /mutate/pods'",
    "'\u0001\u0002\u0003'",
    "'POST /mutate/pods HTTP/1.1\r\nContent-Length: x\r\nHost: a'",
    "'POST /mutate/pods HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\nHost: a'"
  })
  void whatIsNoHttp(String request) throws IOException {
    try (SSLSocket socket = socket()) {
      send(socket, request + "\r\n\r\n");
      String response =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(response.lines().findFirst().orElse("HTTP/1.1 400 "))
          .containsPattern(" (400|505) ");
      assertThat(response).doesNotContain("Jetty", "Exception");
    }
  }

  /** Each piece takes many times its size. */
  @Test
  void aBodyInSingleBytes() throws IOException {
    Http2Frames frames = new Http2Frames("/" + WebhookPaths.PODS);
    for (int i = 0; i < 5_000; i++) {
      frames.piece(new byte[] {' '});
    }
    try (SSLSocket socket = socket()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.getOutputStream().write(frames.bytes());
      assertThat(Http2Frames.farewell(socket.getInputStream()))
          .hasValue(ErrorCode.ENHANCE_YOUR_CALM_ERROR.code);
    }
  }

  /** As many as there may be: they go soon, and then others come in. */
  @Test
  void connectionsThatSayNothing() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < WebhookConnector.MOST_CONNECTIONS; i++) {
        silent.add(new Socket("localhost", replica.port()));
      }
      try (SSLSocket socket = socket()) {
        send(socket, "GET /mutate/pods HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(firstLine(socket)).contains(" 405 ");
      }
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void anOlderTls() throws IOException {
    try (SSLSocket socket = socket()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
    }
  }

  private static SSLSocket socket() throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", replica.port());
    socket.setSoTimeout(15_000);
    return socket;
  }

  private static void send(SSLSocket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String firstLine(SSLSocket socket) throws IOException {
    StringBuilder line = new StringBuilder();
    InputStream in = socket.getInputStream();
    for (int read = in.read(); read >= 0 && read != '\r'; read = in.read()) {
      line.append((char) read);
    }
    return line.toString();
  }
}
