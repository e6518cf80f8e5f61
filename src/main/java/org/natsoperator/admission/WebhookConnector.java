package org.natsoperator.admission;

import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLContext;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.natsoperator.certificates.Certificates;
import org.natsoperator.kubernetes.WebhookProperties;
import org.springframework.stereotype.Component;

/**
 * How Tomcat listens for API servers: TLS 1.3 alone, HTTP/2 and HTTP/1.1, connections that stay.
 */
@Component
class WebhookConnector {

  /**
   * More than may have a body in memory: those who wait, and those who are told that it is too
   * much.
   */
  private static final int MOST_THREADS = 80;

  /**
   * An API server closes a connection that idles for 90 seconds. Whoever closes first loses no
   * request.
   */
  private static final Duration IDLE = Duration.ofMinutes(3);

  /** For a handshake, and between two pieces of a request. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  /** Taken in and thrown away, so that who sent too much hears why. */
  private static final int SWALLOWED = 64 << 20;

  private final WebhookProperties properties;
  private final Certificates certificates;

  WebhookConnector(WebhookProperties properties, Certificates certificates) {
    this.properties = properties;
    this.certificates = certificates;
  }

  Connector create() {
    Connector connector = new Connector();
    connector.setPort(properties.port());
    connector.setScheme("https");
    connector.setSecure(true);
    set(connector, "SSLEnabled", "true");
    set(connector, "tcpNoDelay", "true");
    set(connector, "maxThreads", MOST_THREADS);
    set(connector, "minSpareThreads", 2);
    set(connector, "maxConnections", 1_000);
    set(connector, "connectionTimeout", SILENCE.toMillis());
    set(connector, "keepAliveTimeout", IDLE.toMillis());
    set(connector, "maxKeepAliveRequests", -1);
    set(connector, "maxSwallowSize", SWALLOWED);
    connector.addSslHostConfig(tls(certificates.keyManager()));
    connector.addUpgradeProtocol(http2());
    return connector;
  }

  private static void set(Connector connector, String name, Object value) {
    if (!connector.setProperty(name, value.toString())) {
      throw new IllegalStateException("Tomcat has no property " + name);
    }
  }

  private static SSLHostConfig tls(X509KeyManager keys) {
    SSLHostConfig config = new SSLHostConfig();
    config.setProtocols("TLSv1.3");
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(config, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setSslContext(new TlsContext(keys));
    config.addCertificate(certificate);
    return config;
  }

  private static Http2Protocol http2() {
    Http2Protocol http2 = new Http2Protocol();
    http2.setMaxConcurrentStreams(MOST_THREADS);
    http2.setMaxConcurrentStreamExecution(MOST_THREADS);
    // Pieces are as small as the window lets them be, which Tomcat would take for an attack.
    http2.setOverheadDataThreshold(0);
    http2.setOverheadWindowUpdateThreshold(0);
    http2.setKeepAliveTimeout(IDLE.toMillis());
    http2.setStreamReadTimeout(SILENCE.toMillis());
    http2.setStreamWriteTimeout(SILENCE.toMillis());
    return http2;
  }

  /**
   * Java's own TLS for Tomcat, which otherwise would want the certificate when it starts, and again
   * a restart for each.
   */
  private static final class TlsContext implements SSLContext {

    private final javax.net.ssl.SSLContext context;
    private final X509KeyManager keys;

    TlsContext(X509KeyManager keys) {
      this.keys = keys;
      try {
        context = javax.net.ssl.SSLContext.getInstance("TLSv1.3");
        context.init(new KeyManager[] {keys}, null, null);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has TLS 1.3", e);
      }
    }

    /** It is initialised already. */
    @Override
    public void init(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {}

    @Override
    public void destroy() {}

    @Override
    public SSLSessionContext getServerSessionContext() {
      return context.getServerSessionContext();
    }

    @Override
    public SSLEngine createSSLEngine() {
      return context.createSSLEngine();
    }

    @Override
    public SSLServerSocketFactory getServerSocketFactory() {
      return context.getServerSocketFactory();
    }

    @Override
    public SSLParameters getSupportedSSLParameters() {
      return context.getSupportedSSLParameters();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return keys.getCertificateChain(alias);
    }

    /** Clients need no certificate. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
