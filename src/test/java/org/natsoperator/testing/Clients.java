package org.natsoperator.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Clients of one user, each of one very server. They do not come back when they are thrown out. */
public final class Clients implements AutoCloseable {

  private record Seat(RunningServer server, NatsClient client) {}

  private final String user;
  private final String token;
  private final List<Seat> seats = new CopyOnWriteArrayList<>();

  Clients(String user, String token) {
    this.user = user;
    this.token = token;
  }

  /** One more, of this server. */
  public void loginTo(RunningServer server) {
    seats.add(new Seat(server, server.login(user, token)));
  }

  /** The servers that still talk to them, each as often as it has one of them. */
  public List<RunningServer> connectedTo() {
    return seats.stream().filter(seat -> seat.client().isConnected()).map(Seat::server).toList();
  }

  /** How many of them this server still talks to. */
  public long connectedTo(RunningServer server) {
    return connectedTo().stream().filter(connected -> connected.uid().equals(server.uid())).count();
  }

  /** The servers that they were thrown out of. */
  public List<RunningServer> thrownOutOf() {
    return seats.stream().filter(seat -> !seat.client().isConnected()).map(Seat::server).toList();
  }

  @Override
  public void close() {
    seats.forEach(seat -> seat.client().close());
  }
}
