package org.natsoperator.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/** Clients of one user, each connected to one given server. They do not reconnect. */
public final class Clients implements AutoCloseable {

  private record Session(RunningServer server, NatsClient client) {}

  private final String user;
  private final String token;
  private final List<Session> sessions = new CopyOnWriteArrayList<>();

  Clients(String user, String token) {
    this.user = user;
    this.token = token;
  }

  /** Connects another client to this server. */
  public void loginTo(RunningServer server) {
    sessions.add(new Session(server, server.login(user, token)));
  }

  /** The servers of the connected clients, once per client. */
  public List<RunningServer> connectedTo() {
    return sessions.stream()
        .filter(seat -> seat.client().isConnected())
        .map(Session::server)
        .toList();
  }

  /** The number of clients that are connected to this server. */
  public long connectedTo(RunningServer server) {
    return connectedTo().stream().filter(connected -> connected.uid().equals(server.uid())).count();
  }

  /** The servers that disconnected a client. */
  public List<RunningServer> disconnectedBy() {
    return sessions.stream()
        .filter(seat -> !seat.client().isConnected())
        .map(Session::server)
        .toList();
  }

  /**
   * Waits until all clients are disconnected, and asserts that this takes at most {@link
   * RunningCluster#AT_ONCE}.
   */
  public void awaitDisconnected() {
    awaitDisconnected(RunningCluster.AT_ONCE);
  }

  /** The same for another time. A failure shows whether a server or only the client is wrong. */
  public void awaitDisconnected(Duration limit) {
    try {
      RunningCluster.awaitWithin(limit, () -> connectedTo().isEmpty());
    } catch (ConditionTimeoutException e) {
      List<String> reports = connectedTo().stream().map(this::report).toList();
      throw new AssertionError(
          "%d clients of %s are still connected: %s".formatted(reports.size(), user, reports), e);
    }
  }

  /** The connections of the user that a server reports. */
  private String report(RunningServer server) {
    String name = server.name() + " " + server.uid();
    try {
      return server.connections("$G").stream()
          .filter(connection -> connection.path("authorized_user").asText().equals(user))
          .map(JsonNode::toString)
          .collect(Collectors.joining(", ", name + " reports [", "]"));
    } catch (UncheckedIOException e) {
      return name + " does not answer: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    sessions.forEach(seat -> seat.client().close());
  }
}
