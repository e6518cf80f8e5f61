package org.natsoperator.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One that sends the same review again and again, and makes sure each time that the pod was
 * patched.
 */
interface ReviewClient extends AutoCloseable {

  String PATH = "/mutate/pods?timeout=5s";
  int PORT = 9443;

  /**
   * The API server would not wait longer; a client without a limit would wait for ever on a
   * connection that was lost.
   */
  Duration PATIENCE = Duration.ofSeconds(5);

  /** Sends one and reads the answer. */
  void send() throws Exception;

  @Override
  default void close() throws Exception {}

  private static void check(String answer) {
    if (!answer.contains("\"allowed\":true") || !answer.contains("\"patch\":")) {
      throw new IllegalStateException("not patched: " + answer);
    }
  }

  /** By HTTP/2: the clients of one connection send side by side. */
  static ReviewClient http2(Http2Connection connection, byte[] body) {
    return () -> check(connection.post(body));
  }

  /** By HTTP/1.1 on a connection of its own, with as little of our own work as can be. */
  static ReviewClient http1(SSLContext tls, String host, byte[] body) throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(host, PORT);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(PATH, host, body.length);
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[start.length + body.length];
    System.arraycopy(start, 0, request, 0, start.length);
    System.arraycopy(body, 0, request, start.length, body.length);
    return new Http1(socket, request);
  }

  /** See {@link #http1}. */
  final class Http1 implements ReviewClient {

    private static final String LENGTH = "content-length: ";

    private final SSLSocket socket;
    private final byte[] request;
    private final InputStream input;
    private final OutputStream output;

    private Http1(SSLSocket socket, byte[] request) throws IOException {
      this.socket = socket;
      this.request = request;
      input = new BufferedInputStream(socket.getInputStream());
      output = socket.getOutputStream();
    }

    @Override
    public void send() throws IOException {
      output.write(request);
      output.flush();
      int length = -1;
      for (String line = line(); !line.isEmpty(); line = line()) {
        if (line.toLowerCase().startsWith(LENGTH)) {
          length = Integer.parseInt(line.substring(LENGTH.length()));
        }
      }
      check(new String(input.readNBytes(length), StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = input.read(); c != '\n'; c = input.read()) {
        if (c < 0) {
          throw new IOException("closed");
        }
        line.append((char) c);
      }
      return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
