package org.natsoperator.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A login without a client library, which returns the server's own response. jnats reports a
 * rejection only after its connection timeout.
 */
public final class Login {

  public static final String WELCOME = "PONG";
  public static final String REFUSAL = "-ERR 'Authorization Violation'";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_MILLIS = 5000;

  private Login() {}

  public static String as(NatsServer server, String user, String password) {
    return with(server, Map.of("user", user, "pass", password));
  }

  /** Logs in with these keys of the CONNECT line and returns the response of the server. */
  public static String with(NatsServer server, Map<String, ?> credentials) {
    return with(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.clientPort()), credentials);
  }

  /** The same for an address, such as that of a Service. */
  public static String at(InetSocketAddress server, String user, String password) {
    return with(server, Map.of("user", user, "pass", password));
  }

  static String with(InetSocketAddress server, Map<String, ?> credentials) {
    try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      lines.readLine(); // INFO
      String connect = "CONNECT " + JSON.writeValueAsString(credentials) + "\r\nPING\r\n";
      socket.getOutputStream().write(connect.getBytes(StandardCharsets.UTF_8));
      String answer = lines.readLine();
      while ("+OK".equals(answer) || (answer != null && answer.startsWith("INFO"))) {
        answer = lines.readLine();
      }
      return answer;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
