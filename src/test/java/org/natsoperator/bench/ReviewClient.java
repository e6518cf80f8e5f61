package org.natsoperator.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Sends the same review repeatedly and checks each time that the response patches the pod. */
interface ReviewClient extends AutoCloseable {

  String PATH = "/mutate/pods?timeout=5s";
  int PORT = 9443;

  /**
   * The API server does not wait longer either. Without a limit, a client would wait forever on a
   * lost connection.
   */
  Duration TIMEOUT = Duration.ofSeconds(5);

  /** Sends one review and reads the response. */
  void send() throws Exception;

  @Override
  default void close() throws Exception {}

  private static void check(String response) {
    if (!response.contains("\"allowed\":true") || !response.contains("\"patch\":")) {
      throw new IllegalStateException("not patched: " + response);
    }
  }

  /** A client with its own HTTP/1.1 connection and little overhead. */
  static ReviewClient http1(SSLContext tls, String host, byte[] body) throws IOException {
    SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(host, PORT);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) TIMEOUT.toMillis());
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(PATH, host, body.length);
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[start.length + body.length];
    System.arraycopy(start, 0, request, 0, start.length);
    System.arraycopy(body, 0, request, start.length, body.length);
    return new Http1(socket, request);
  }

  /** A client with its own HTTP/1.1 connection. */
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
