package org.natsoperator.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import org.natsoperator.config.Ports;

/** A connection without a client library, whose delays would be measured too. */
final class RawClient implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 30_000;

  /** The default of nats.go. */
  private static final int TIMEOUT_OF_LIBRARIES_MILLIS = 2_000;

  private final Socket socket = new Socket();
  private final BufferedReader answers;

  /** Connects and logs in; {@link #isAccepted} returns the server's decision. */
  RawClient(String address, String token) throws IOException {
    socket.connect(new InetSocketAddress(address, Ports.CLIENT), TIMEOUT_MILLIS);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    resetOnClose();
    answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
    answers.readLine();
    send("CONNECT {\"verbose\":false,\"user\":\"any\",\"pass\":\"%s\"}".formatted(token));
    send("PING");
  }

  /**
   * A connection that this side ends keeps its port for a minute. All clients share one address
   * here, so some 1,400 logins a second would use up its 28,000 ports for three servers, and the
   * search for a free one takes long before. A reset frees the port at once.
   */
  private void resetOnClose() throws SocketException {
    socket.setSoLinger(true, 0);
  }

  /** Logs in as client libraries do: again if the answer takes long. */
  static RawClient login(String address, String token) throws IOException {
    while (true) {
      RawClient client = new RawClient(address, token);
      client.socket.setSoTimeout(TIMEOUT_OF_LIBRARIES_MILLIS);
      try {
        if (!client.isAccepted()) {
          throw new IllegalStateException("the server refused a login");
        }
        client.socket.setSoTimeout(0);
        return client;
      } catch (SocketTimeoutException unanswered) {
        client.close();
      }
    }
  }

  /** Whether a server accepts this token. */
  static boolean accepts(List<String> addresses, String token) throws IOException {
    for (String address : addresses) {
      try (RawClient client = new RawClient(address, token)) {
        if (!client.isAccepted()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Waits for the answer to the login. */
  boolean isAccepted() throws IOException {
    return isAllowed();
  }

  /** Whether the server accepts a subscription. */
  boolean maySubscribe(String subject) throws IOException {
    send("SUB " + subject + " 1");
    send("PING");
    return isAllowed();
  }

  /** Waits until the server closes the connection. */
  void awaitClosed() throws IOException {
    while (!nextLine().isEmpty()) {
      // pings, and the reason
    }
  }

  /** The server answers an error before the PING. */
  private boolean isAllowed() throws IOException {
    boolean allowed = true;
    for (String line = nextLine(); !line.isEmpty(); line = nextLine()) {
      if (line.equals("PONG")) {
        return allowed;
      }
      if (line.equals("PING")) {
        send("PONG");
      }
      allowed &= !line.startsWith("-ERR");
    }
    return false;
  }

  /** Empty if the server has closed the connection; it resets one with unread lines. */
  private String nextLine() throws IOException {
    try {
      return Objects.requireNonNullElse(answers.readLine(), "");
    } catch (SocketException reset) {
      return "";
    }
  }

  private void send(String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
