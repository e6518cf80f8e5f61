package org.natsoperator.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Sends the admission reviews in {@code training/reviews.json} to the operator's webhooks. */
final class Reviews {

  private static final String FILE = "/training/reviews.json";

  /** The first review of each kind loads the classes; the others run the loaded code. */
  private static final int TIMES = 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client;
  private final int port;

  /**
   * Creates a client for webhooks on the loopback interface.
   *
   * @param authority the trusted CA: PEM in Base64
   */
  Reviews(int port, String authority) {
    this.port = port;
    client = HttpClient.newBuilder().sslContext(trusting(authority)).build();
  }

  void send() {
    try (InputStream file = Reviews.class.getResourceAsStream(FILE)) {
      JsonNode reviews = JSON.readTree(file);
      for (int time = 0; time < TIMES; time++) {
        for (Map.Entry<String, JsonNode> review : reviews.properties()) {
          send(review.getKey(), review.getValue());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void send(String path, JsonNode review) throws IOException, InterruptedException {
    client.send(
        HttpRequest.newBuilder(
                URI.create("https://localhost:%d/%s?timeout=5s".formatted(port, path)))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(review)))
            .build(),
        BodyHandlers.discarding());
  }

  private static SSLContext trusting(String authority) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      byte[] pem = Base64.getDecoder().decode(authority);
      store.setCertificateEntry(
          "ca",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(pem)));
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the operator's CA certificate is not valid", e);
    }
  }
}
