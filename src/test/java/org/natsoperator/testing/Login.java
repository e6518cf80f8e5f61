package org.natsoperator.testing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * A login without a client library, which returns the server's own response. jnats reports a
 * rejection only after its connection timeout.
 */
public final class Login {

  public static final String WELCOME = "PONG";
  public static final String REFUSAL = "-ERR 'Authorization Violation'";

  /** The server pings a client that waits for the answer to its login. */
  public static final String NO_ANSWER = "PING";

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
    try (OpenLogin login = OpenLogin.to(server, credentials)) {
      return login.answer();
    }
  }
}
