package org.natsoperator.admission.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Limits the number of connections, and sets the idle timeout of those that completed the TLS
 * handshake. At the limit this timeout is short: otherwise idle connections would lock out others.
 */
final class ConnectionLimit extends NetworkConnectionLimit {

  private final ServerConnector connector;
  private final Duration timeout;
  private final Duration timeoutAtLimit;
  private final Set<EndPoint> established = ConcurrentHashMap.newKeySet();
  private volatile boolean reached;

  ConnectionLimit(
      int connections, ServerConnector connector, Duration timeout, Duration timeoutAtLimit) {
    super(connections, connector);
    this.connector = connector;
    this.timeout = timeout;
    this.timeoutAtLimit = timeoutAtLimit;
  }

  /**
   * Returns the listener for the connections of HTTP. The limit itself is not a listener: Jetty
   * would also call it for TLS connections, before the handshake.
   */
  Connection.Listener listener() {
    return new Connection.Listener() {

      @Override
      public void onOpened(Connection connection) {
        established.add(connection.getEndPoint());
        setIdleTimeout(connection.getEndPoint());
      }

      @Override
      public void onClosed(Connection connection) {
        established.remove(connection.getEndPoint());
      }
    };
  }

  @Override
  protected void limit() {
    super.limit();
    changeIdleTimeouts(true);
  }

  @Override
  protected void unlimit() {
    super.unlimit();
    changeIdleTimeouts(false);
  }

  /** Runs later: Jetty holds its lock here, and a changed timeout may close a connection. */
  private void changeIdleTimeouts(boolean limitReached) {
    reached = limitReached;
    connector.getExecutor().execute(() -> established.forEach(this::setIdleTimeout));
  }

  private synchronized void setIdleTimeout(EndPoint connection) {
    connection.setIdleTimeout((reached ? timeoutAtLimit : timeout).toMillis());
  }
}
