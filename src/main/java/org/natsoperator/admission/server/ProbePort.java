package org.natsoperator.admission.server;

import java.time.Duration;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Limits the connections to the port for probes and metrics, which every pod may reach. Each
 * request has its own virtual thread, so that clients which do not read keep none from others.
 */
@Component
class ProbePort implements WebServerFactoryCustomizer<JettyServletWebServerFactory> {

  /** Kubelets and scrapers have a few. */
  static final int MOST_CONNECTIONS = 64;

  /** A proxy can give kubelet and scrapers one address. */
  private static final int MOST_OF_ADDRESS = MOST_CONNECTIONS / 2;

  /** For connections. */
  private static final int THREADS = 4;

  /** Between two pieces of a request or of its response. */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  @Override
  public void customize(JettyServletWebServerFactory factory) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, THREADS);
    threads.setName("probes");
    threads.setVirtualThreadsExecutor(new VirtualThreadPool());
    factory.setThreadPool(threads);
    factory.addServerCustomizers(ProbePort::limit);
  }

  private static void limit(Server server) {
    for (Connector connector : server.getConnectors()) {
      HttpConfiguration http =
          connector.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration();
      // A client that sends many requests through one connection would keep probes waiting.
      http.setPersistentConnectionsEnabled(false);
      http.setIdleTimeout(SILENCE.toMillis());
      connector.addEventListener(
          new ConnectionLimit(
              MOST_CONNECTIONS,
              MOST_OF_ADDRESS,
              SILENCE,
              connector.getScheduler(),
              System::nanoTime));
    }
  }
}
