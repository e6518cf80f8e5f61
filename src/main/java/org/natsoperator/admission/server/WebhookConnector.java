package org.natsoperator.admission.server;

import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.natsoperator.certificates.Certificates;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.stereotype.Component;

/**
 * Jetty's connector for API servers: only TLS 1.3 and long-lived connections. Only HTTP/1.1: API
 * servers offer nothing else to webhooks (k8s.io/apiserver, pkg/util/webhook/client.go, issue
 * kubernetes/kubernetes#75791).
 */
@Component
class WebhookConnector {

  /**
   * API servers close idle connections earlier, after 90 seconds. The side that closes first loses
   * no request.
   */
  private static final Duration IDLE = Duration.ofMinutes(3);

  /** Between two chunks of a request or of its response. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  /** A client on a slow network needs some round trips. */
  static final Duration HANDSHAKE = Duration.ofSeconds(5);

  /** An API server opens one for each request that it sends at the same time. */
  static final int MOST_CONNECTIONS = 250;

  /** All API servers may have one address: that of a proxy. */
  static final int MOST_OF_ADDRESS = MOST_CONNECTIONS / 2;

  private final WebhookProperties properties;
  private final Certificates certificates;

  WebhookConnector(WebhookProperties properties, Certificates certificates) {
    this.properties = properties;
    this.certificates = certificates;
  }

  /** Creates the connector of a server that has not been started. */
  ServerConnector create(Server server) {
    SslConnectionFactory tls = new SslConnectionFactory(tls(), HttpVersion.HTTP_1_1.asString());
    // Clients may call the webhooks by any name.
    tls.setEnsureSecureRequestCustomizer(false);
    ServerConnector connector =
        new ServerConnector(server, null, null, null, 1, 1, tls, new HttpConnectionFactory(http()));
    connector.setPort(properties.port());
    connector.setIdleTimeout(IDLE.toMillis());
    // It would treat requests in progress as idle.
    connector.setShutdownIdleTimeout(-1);
    connector.addEventListener(
        new ConnectionLimit(
            MOST_CONNECTIONS,
            MOST_OF_ADDRESS,
            HANDSHAKE,
            connector.getScheduler(),
            System::nanoTime));
    return connector;
  }

  private static HttpConfiguration http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setIdleTimeout(SILENCE.toMillis());
    http.setSendServerVersion(false);
    // The endpoint compares raw paths, so an ambiguous path never matches.
    http.setUriCompliance(UriCompliance.UNSAFE);
    return http;
  }

  /** Uses its own context: Jetty needs the certificate at startup and a reload for each new one. */
  private SslContextFactory.Server tls() {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(context());
    tls.setIncludeProtocols("TLSv1.3");
    // The client chooses the cipher that is fastest for it.
    tls.setUseCipherSuitesOrder(false);
    return tls;
  }

  private SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(new KeyManager[] {certificates.keyManager()}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("TLS 1.3 is not available", e);
    }
  }
}
