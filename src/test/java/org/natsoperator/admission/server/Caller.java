package org.natsoperator.admission.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Calls a replica as an API server does. Trusts only the given CA. */
public final class Caller {

  /**
   * The server rejects a body that takes longer, or ends the connection of one that it has
   * rejected. Then this machine has paused, since the callers send their bodies at once, and the
   * request is repeated.
   */
  private static final Duration LONGEST_BODY = Duration.ofSeconds(2);

  private static final int MOST_ATTEMPTS = 10;

  private final HttpClient client;
  private final SSLContext tls;
  private final int port;

  Caller(KubernetesClient kubernetes, String name, int port) {
    this(kubernetes.secrets().inNamespace(name).withName(name).get().getData().get("ca.crt"), port);
  }

  private Caller(String authorities, int port) {
    this.port = port;
    tls = trusting(Base64.getDecoder().decode(authorities));
    client = HttpClient.newBuilder().sslContext(tls).build();
  }

  /** A caller that trusts these CAs: PEM in Base64. */
  public static Caller trusting(String authorities, int port) {
    return new Caller(authorities, port);
  }

  SSLContext tls() {
    return tls;
  }

  HttpResponse<String> post(String path, String type, BodyPublisher body)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).header("Content-Type", type).POST(body).build());
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return post(path, "application/json", BodyPublishers.ofString(body));
  }

  /** Sends a request and returns at once; the result is the status of the response. */
  public CompletableFuture<Integer> postLater(String path, String body) {
    return answerLater(path, body).thenApply(HttpResponse::statusCode);
  }

  /** The same with the whole response. */
  public CompletableFuture<HttpResponse<String>> answerLater(String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return sendLater(request, 1);
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      long start = System.nanoTime();
      try {
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        if (attempt == MOST_ATTEMPTS || !isTimeout(response) || !isLate(start)) {
          return response;
        }
      } catch (IOException e) {
        if (attempt == MOST_ATTEMPTS || !isLate(start)) {
          throw e;
        }
      }
    }
  }

  private CompletableFuture<HttpResponse<String>> sendLater(HttpRequest request, int attempt) {
    long start = System.nanoTime();
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .thenCompose(
            response ->
                isTimeout(response) && isLate(start) && attempt < MOST_ATTEMPTS
                    ? sendLater(request, attempt + 1)
                    : CompletableFuture.completedFuture(response));
  }

  private static boolean isTimeout(HttpResponse<?> response) {
    return response.statusCode() == HttpURLConnection.HTTP_CLIENT_TIMEOUT;
  }

  private static boolean isLate(long start) {
    return System.nanoTime() - start >= LONGEST_BODY.toNanos();
  }

  URI uri(String path) {
    return URI.create("https://localhost:" + port + "/" + path);
  }

  private static SSLContext trusting(byte[] pem) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        store.setCertificateEntry("ca" + store.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
