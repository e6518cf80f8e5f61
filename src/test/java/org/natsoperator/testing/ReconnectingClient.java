package org.natsoperator.testing;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.NatsServerPool;
import io.nats.client.support.NatsUri;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A well-behaved client: it reads its token whenever it connects, and reconnects to any of its
 * servers.
 */
public final class ReconnectingClient implements AutoCloseable {

  private final Connection connection;
  private final AtomicInteger disconnects = new AtomicInteger();
  private final AtomicBoolean connected = new AtomicBoolean();

  public ReconnectingClient(List<RunningServer> servers, String user, Supplier<String> token)
      throws IOException, InterruptedException {
    connection =
        Nats.connect(
            Options.builder()
                .servers(servers.stream().map(RunningServer::url).toArray(String[]::new))
                .serverPool(new WithToken(user, token))
                .ignoreDiscoveredServers()
                .maxReconnects(-1)
                .connectionTimeout(Duration.ofSeconds(30))
                .reconnectWait(Duration.ofMillis(200))
                .connectionListener(this::note)
                .build());
  }

  public boolean isConnected() {
    return connection.getStatus() == Connection.Status.CONNECTED;
  }

  /** The number of disconnects by a server. */
  public int disconnects() {
    return disconnects.get();
  }

  @Override
  public void close() throws InterruptedException {
    connection.close();
  }

  private void note(Connection source, ConnectionListener.Events event) {
    switch (event) {
      case CONNECTED, RECONNECTED -> connected.set(true);
      // A failed connection attempt causes the same event.
      case DISCONNECTED -> disconnects.addAndGet(connected.getAndSet(false) ? 1 : 0);
      default -> {}
    }
  }

  /** The only place where jnats reads user and password again: the address of the next server. */
  private static final class WithToken extends NatsServerPool {

    private final String user;
    private final Supplier<String> token;

    WithToken(String user, Supplier<String> token) {
      this.user = user;
      this.token = token;
    }

    @Override
    public NatsUri peekNextServer() {
      return withToken(super.peekNextServer());
    }

    @Override
    public NatsUri nextServer() {
      return withToken(super.nextServer());
    }

    private NatsUri withToken(NatsUri next) {
      try {
        URI server = next.getUri();
        return new NatsUri(
            new URI(
                server.getScheme(),
                user + ":" + token.get(),
                server.getHost(),
                server.getPort(),
                null,
                null,
                null));
      } catch (URISyntaxException e) {
        // The message of the exception would contain the token.
        throw new IllegalStateException("an address with a token is not valid");
      }
    }
  }
}
