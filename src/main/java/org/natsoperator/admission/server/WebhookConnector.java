package org.natsoperator.admission.server;

import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.natsoperator.certificates.Certificates;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.stereotype.Component;

/** Jetty's connector for API servers: only TLS 1.3, HTTP/2 and HTTP/1.1, long-lived connections. */
@Component
class WebhookConnector {

  /**
   * API servers close idle connections earlier, after 90 seconds. The side that closes first loses
   * no request.
   */
  private static final Duration IDLE = Duration.ofMinutes(3);

  /** Between two chunks of a request. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  /** A client on a slow network needs some round trips. */
  static final Duration HANDSHAKE = Duration.ofSeconds(5);

  /** Each of the few API servers has one or two. */
  static final int MOST_CONNECTIONS = 250;

  /** All API servers may have one address: that of a proxy. */
  static final int MOST_OF_ADDRESS = MOST_CONNECTIONS / 2;

  /** Per connection. Go sends as many before it receives the limit. */
  private static final int MOST_STREAMS = 100;

  /** In bytes. Nearly all requests fit, so that they are sent without a pause. */
  private static final int STREAM_WINDOW = 128 << 10;

  /** In bytes, per connection. An unread request must not block the others. */
  private static final int CONNECTION_WINDOW = 4 * STREAM_WINDOW;

  private final WebhookProperties properties;
  private final Certificates certificates;

  WebhookConnector(WebhookProperties properties, Certificates certificates) {
    this.properties = properties;
    this.certificates = certificates;
  }

  /** Creates the connector of a server that has not been started. */
  ServerConnector create(Server server) {
    ALPNServerConnectionFactory choice = new ALPNServerConnectionFactory();
    choice.setDefaultProtocol(HttpVersion.HTTP_1_1.asString());
    SslConnectionFactory tls = new SslConnectionFactory(tls(), choice.getProtocol());
    // Clients may call the webhooks by any name.
    tls.setEnsureSecureRequestCustomizer(false);
    AbstractConnectionFactory http2 = http2();
    AbstractConnectionFactory http1 = new HttpConnectionFactory(http());
    ServerConnector connector =
        new ServerConnector(server, null, null, null, 1, 1, tls, choice, http2, http1);
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

  private static AbstractConnectionFactory http2() {
    HTTP2ServerConnectionFactory http2 =
        new HTTP2ServerConnectionFactory(http()) {
          @Override
          public Connection newConnection(Connector connector, EndPoint endPoint) {
            HTTP2Connection connection = (HTTP2Connection) super.newConnection(connector, endPoint);
            connection.getSession().addEventListener(new SmallFrameLimit());
            return connection;
          }
        };
    http2.setMaxConcurrentStreams(MOST_STREAMS);
    http2.setInitialStreamRecvWindow(STREAM_WINDOW);
    http2.setInitialSessionRecvWindow(CONNECTION_WINDOW);
    http2.setStreamIdleTimeout(SILENCE.toMillis());
    http2.setRateControlFactory(new SmallFrameLimit.Rates());
    return http2;
  }

  /** Extends the idle timeout of a stream whose handler may take longer. */
  static void expectSilence(Request request, Duration timeout) {
    if (timeout.compareTo(SILENCE) >= 0) {
      request.addHttpStreamWrapper(
          stream -> {
            stream.setIdleTimeout(timeout.plus(SILENCE).toMillis());
            return stream;
          });
    }
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
