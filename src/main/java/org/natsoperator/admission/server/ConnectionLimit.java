package org.natsoperator.admission.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.IdleTimeout;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the number of connections, in total and for each remote address. At a limit it closes a
 * connection without requests, of the address with the most connections, the longest idle one. So
 * the newest one is always served, and an address with many connections does not close those of
 * others. Also limits the time of a TLS handshake. Jetty's {@code NetworkConnectionLimit} stops
 * accepting connections, and idle ones lock out the others.
 */
final class ConnectionLimit implements Connection.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);
  private static final Duration BETWEEN_LOG_LINES = Duration.ofMinutes(1);

  private final int most;
  private final int mostOfAddress;
  private final Duration handshake;
  private final Scheduler scheduler;
  private final Map<EndPoint, Client> clients = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private long nextLogLine;

  /**
   * @param mostOfAddress limit for one address. A NAT or a proxy can give all API servers the same.
   * @param handshake how long a TLS handshake may take; unused for connections without TLS
   */
  ConnectionLimit(
      int most, int mostOfAddress, Duration handshake, Scheduler scheduler, LongSupplier nanoTime) {
    this.most = most;
    this.mostOfAddress = mostOfAddress;
    this.handshake = handshake;
    this.scheduler = scheduler;
    this.nanoTime = nanoTime;
    nextLogLine = nanoTime.getAsLong();
  }

  /** Jetty calls this for TLS, and then, before the handshake, for HTTP. */
  @Override
  public void onOpened(Connection connection) {
    EndPoint socket = connection.getEndPoint();
    if (socket instanceof EndPoint.Wrapper tls) {
      clients.computeIfPresent(tls.unwrap(), (key, client) -> client.http(connection));
      return;
    }
    Client client = new Client(socket);
    if (connection instanceof SslConnection tls) {
      limitHandshake(tls);
    } else {
      client.http(connection);
    }
    clients.put(socket, client);
    makeRoomFor(client);
  }

  private void limitHandshake(SslConnection tls) {
    Scheduler.Task end = scheduler.schedule(tls.getEndPoint()::close, handshake);
    tls.addHandshakeListener(
        new SslHandshakeListener() {
          @Override
          public void handshakeSucceeded(Event event) {
            end.cancel();
          }

          @Override
          public void handshakeFailed(Event event, Throwable failure) {
            end.cancel();
          }
        });
  }

  @Override
  public void onClosed(Connection connection) {
    clients.remove(connection.getEndPoint());
  }

  private synchronized void makeRoomFor(Client added) {
    List<Client> open = clients.values().stream().filter(Client::isOpen).toList();
    Map<InetAddress, Long> byAddress =
        open.stream().collect(Collectors.groupingBy(Client::address, Collectors.counting()));
    long ofAddress = byAddress.getOrDefault(added.address, 0L);
    boolean full = ofAddress > mostOfAddress;
    if (full || open.size() > most) {
      report(added, open.size(), ofAddress);
      open.stream()
          .filter(client -> client != added && (!full || client.address.equals(added.address)))
          .min(
              Comparator.comparing(Client::hasRequests)
                  .thenComparing(client -> -byAddress.get(client.address))
                  .thenComparing(client -> -client.idleMillis()))
          .ifPresent(client -> client.socket.close());
    }
  }

  private void report(Client added, int all, long ofAddress) {
    long now = nanoTime.getAsLong();
    if (now - nextLogLine >= 0) {
      nextLogLine = now + BETWEEN_LOG_LINES.toNanos();
      LOG.atWarn()
          .addKeyValue("connections", all)
          .addKeyValue("address", added.address.getHostAddress())
          .addKeyValue("connectionsOfAddress", ofAddress)
          .log("Too many connections; closing idle ones");
    }
  }

  /** One network connection. */
  private static final class Client {

    private final EndPoint socket;
    private final InetAddress address;
    private volatile Connection http;

    Client(EndPoint socket) {
      this.socket = socket;
      address =
          socket.getRemoteSocketAddress() instanceof InetSocketAddress remote
              ? remote.getAddress()
              : InetAddress.getLoopbackAddress();
    }

    Client http(Connection connection) {
      http = connection;
      return this;
    }

    InetAddress address() {
      return address;
    }

    boolean isOpen() {
      return socket.isOpen();
    }

    boolean hasRequests() {
      Connection connection = http;
      return connection != null && connection.getMessagesIn() > connection.getMessagesOut();
    }

    long idleMillis() {
      return ((IdleTimeout) socket).getIdleFor();
    }
  }
}
