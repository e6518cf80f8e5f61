package org.natsoperator.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.util.List;
import java.util.Map;
import org.natsoperator.config.Ports;

/** A nats-server in its pod on the {@link Node}. */
public record RunningServer(Pod pod) {

  /**
   * The reason that a server in lame duck mode gives when it closes connections one after the
   * other.
   */
  public static final String SHUTDOWN = "Server Shutdown";

  /** The reason if a user of the system account, such as the operator, closed the connection. */
  public static final String KICKED = "Kicked";

  private static final String CLOSED = "http://%s/connz?state=closed&auth=1&limit=10000";
  private static final String OPEN = "http://%s/connz?auth=1&subs=detail&acc=%s";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TIMEOUT_MILLIS = 2000;

  /** A server that hangs must not stop the tests. */
  private static final int LONG_TIMEOUT_MILLIS = 60_000;

  /**
   * A connection that the server closed.
   *
   * @param reason the reason in {@code /connz}: {@code ClosedState} in nats-server's monitor.go
   */
  public record ClosedConnection(String user, String reason) {}

  public String name() {
    return pod.getMetadata().getName();
  }

  public String uid() {
    return pod.getMetadata().getUid();
  }

  public String version() {
    return pod.getMetadata().getLabels().get("nats_version");
  }

  public String url() {
    return "nats://" + Ports.address(pod.getStatus().getPodIP(), Ports.CLIENT);
  }

  /** A client of this server. */
  public NatsClient login(String user, String token) {
    try {
      return NatsClient.login(url(), user, token);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server's own response to a login, as in {@link Login}. */
  public String answerTo(String user, String password) {
    return answerTo(Map.of("user", user, "pass", password));
  }

  /** The same for a login with these keys of the CONNECT line. */
  public String answerTo(Map<String, ?> credentials) {
    return Login.with(address(), credentials);
  }

  /** A login with these keys of the CONNECT line, whose connection stays open. */
  public OpenLogin open(Map<String, ?> credentials) {
    return OpenLogin.to(address(), credentials);
  }

  /** A login with these keys of the CONNECT line, without a wait for its answer. */
  public LoginInFlight begin(Map<String, ?> credentials) {
    return LoginInFlight.begin(address(), credentials);
  }

  /**
   * Connections that the server closed, with the user's name and the server's reason, such as
   * {@link #SHUTDOWN}; empty if the server does not answer. The server keeps the last 10,000.
   */
  public List<ClosedConnection> closedConnections() {
    String address = pod.getStatus().getPodIP();
    if (address == null) {
      return List.of();
    }
    try {
      return page(CLOSED.formatted(Ports.address(address, Ports.MONITORING)), TIMEOUT_MILLIS)
          .get("connections")
          .valueStream()
          .map(
              closed ->
                  new ClosedConnection(
                      closed.path("authorized_user").asText(), closed.path("reason").asText()))
          .toList();
    } catch (SocketException | SocketTimeoutException gone) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The open connections of an account, as {@code /connz} shows them. */
  public List<JsonNode> connections(String account) {
    try {
      String address = Ports.address(pod.getStatus().getPodIP(), Ports.MONITORING);
      return page(OPEN.formatted(address, account), LONG_TIMEOUT_MILLIS)
          .get("connections")
          .valueStream()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ID of the running server, which changes with its restart. */
  public String serverId() {
    return varz().get("server_id").asText();
  }

  /** The page {@code /varz}. */
  public JsonNode varz() {
    String address = Ports.address(pod.getStatus().getPodIP(), Ports.MONITORING);
    try {
      return page("http://%s/varz".formatted(address), LONG_TIMEOUT_MILLIS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns true if the server accepts new clients. In lame duck mode it does not. */
  public boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(address(), TIMEOUT_MILLIS);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static JsonNode page(String url, int timeoutMillis) throws IOException {
    URLConnection connection = URI.create(url).toURL().openConnection();
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    return JSON.readTree(connection.getInputStream());
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(pod.getStatus().getPodIP(), Ports.CLIENT);
  }
}
