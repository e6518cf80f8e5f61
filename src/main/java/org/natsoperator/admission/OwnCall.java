package org.natsoperator.admission;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import org.natsoperator.certificates.Certificates;
import org.springframework.stereotype.Component;

/**
 * Calls the webhooks' server of this very process, over TLS and HTTP/2 as an API server does, where
 * no webhook is: it costs a caller's way and is no review.
 */
@Component
class OwnCall {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final SSLContext tls;

  OwnCall(Certificates certificates) {
    try {
      tls = SSLContext.getInstance("TLSv1.3");
      tls.init(null, new TrustManager[] {new Myself(certificates.keyManager())}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS 1.3", e);
    }
  }

  /** On a connection of its own; an exception says that the server cannot be called. */
  void send(int port) throws IOException, InterruptedException {
    URI nowhere = URI.create("https://%s:%d/".formatted(loopback(), port));
    HttpRequest request = HttpRequest.newBuilder(nowhere).timeout(PATIENCE).build();
    try (HttpClient client =
        HttpClient.newBuilder()
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(PATIENCE)
            .sslContext(tls)
            .build()) {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != Rejection.NOT_FOUND) {
        throw new IOException("answered with " + status);
      }
    }
  }

  private static String loopback() {
    String address = InetAddress.getLoopbackAddress().getHostAddress();
    return address.contains(":") ? "[" + address + "]" : address;
  }

  /** Knows the server by its certificate, whatever names that holds. */
  private static final class Myself extends X509ExtendedTrustManager {

    private final X509KeyManager keys;

    Myself(X509KeyManager keys) {
      this.keys = keys;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      String[] own = keys.getServerAliases("", null);
      if (Arrays.stream(own)
          .noneMatch(alias -> keys.getCertificateChain(alias)[0].equals(chain[0]))) {
        throw new CertificateException("somebody else answers at the webhooks' port");
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("no client needs a certificate");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("no client needs a certificate");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("no client needs a certificate");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
