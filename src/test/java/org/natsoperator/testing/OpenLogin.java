package org.natsoperator.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A login like those of {@link Login}, whose connection stays open. */
public final class OpenLogin implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_MILLIS = 120_000;

  /** A server pings after two seconds, also if it answers a late CONNECT line at once. */
  private static final int AFTER_PING_MILLIS = 1_000;

  /** The answer if this process paused before it sent the CONNECT line. */
  private static final String TOO_LATE = "-ERR 'Authentication Timeout'";

  private static final int MOST_ATTEMPTS = 5;

  private final Socket socket;
  private final String answer;

  private OpenLogin(Socket socket, String answer) {
    this.socket = socket;
    this.answer = answer;
  }

  /** Logs in with these keys of the CONNECT line. */
  static OpenLogin to(InetSocketAddress server, Map<String, ?> credentials) {
    OpenLogin login = attempt(server, credentials);
    for (int i = 1; i < MOST_ATTEMPTS && TOO_LATE.equals(login.answer); i++) {
      login.close();
      login = attempt(server, credentials);
    }
    return login;
  }

  private static OpenLogin attempt(InetSocketAddress server, Map<String, ?> credentials) {
    try {
      Socket socket = new Socket(server.getAddress(), server.getPort());
      try {
        return new OpenLogin(socket, answer(socket, credentials));
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The response of the server. */
  public String answer() {
    return answer;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String answer(Socket socket, Map<String, ?> credentials) throws IOException {
    socket.setSoTimeout(TIMEOUT_MILLIS);
    var lines =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    lines.readLine(); // INFO
    String connect = "CONNECT " + JSON.writeValueAsString(credentials) + "\r\nPING\r\n";
    socket.getOutputStream().write(connect.getBytes(StandardCharsets.UTF_8));
    String answer = answer(lines);
    if (!Login.NO_ANSWER.equals(answer)) {
      return answer;
    }
    socket.setSoTimeout(AFTER_PING_MILLIS);
    try {
      return answer(lines);
    } catch (SocketTimeoutException waiting) {
      return answer;
    }
  }

  private static String answer(BufferedReader lines) throws IOException {
    String answer = lines.readLine();
    while ("+OK".equals(answer) || (answer != null && answer.startsWith("INFO"))) {
      answer = lines.readLine();
    }
    return answer;
  }
}
