package org.natsoperator.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

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

  @Override
  public void close() {
    sessions.forEach(seat -> seat.client().close());
  }
}
