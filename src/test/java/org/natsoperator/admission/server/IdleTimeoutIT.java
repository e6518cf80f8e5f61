package org.natsoperator.admission.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ApiServer;
import org.natsoperator.testing.IdleConnections;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.Stopwatch;

/** A connection without requests ends after some minutes. */
@ExtendWith(ApiServer.class)
class IdleTimeoutIT {

  /** Of the client in an API server, which should close a connection before the operator does. */
  private static final Duration OF_API_SERVER = Duration.ofSeconds(90);

  private static final Duration SHORTER = Duration.ofSeconds(2);

  @Test
  void idleConnectionIsClosed(Sandbox sandbox) throws Exception {
    try (Replica replica = Replica.startAndAwaitAnswers(sandbox)) {
      Server server = new Server();
      ServerConnector connector = replica.context().getBean(WebhookConnector.class).create(server);
      assertThat(Duration.ofMillis(connector.getIdleTimeout())).isGreaterThan(OF_API_SERVER);
      connector.setIdleTimeout(SHORTER.toMillis());
      server.addConnector(connector);
      server.start();
      RawClient client =
          new RawClient(RawClient.of(replica, sandbox).tls(), connector.getLocalPort());
      Stopwatch stopwatch = Stopwatch.start();
      try (SSLSocket socket = client.connect()) {
        socket.startHandshake();

        assertThat(IdleConnections.isClosed(socket)).isTrue();
        assertThat(stopwatch.elapsed()).isLessThan(SHORTER.multipliedBy(5));
        assertThat(stopwatch.elapsed().plus(stopwatch.pauses())).isGreaterThan(SHORTER);
      } finally {
        server.stop();
      }
    }
  }
}
