package org.natsoperator.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.natsoperator.admission.review.WebhookPaths;
import org.natsoperator.admission.server.HostileBodies;

/** A review of a pod that any pod can send to the webhooks. */
record HostileReview(String body) {

  /** The patch of all these containers would need more than the heap. */
  static HostileReview ofManyContainers(String namespace) {
    return new HostileReview(
        HostileBodies.review(
            """
            "uid": "7", "operation": "CREATE", "namespace": "%s", "kind": {"kind": "Pod"}, "object": \
            {"metadata": {"labels": {"nats_cluster": "a"}}, "spec": {"containers": [%s0]}}\
            """
                .formatted(namespace, "0,".repeat(200_000))));
  }

  /** Sends it and returns the answer. */
  String send(int port) throws IOException, InterruptedException {
    URI uri = URI.create("https://localhost:%d/%s".formatted(port, WebhookPaths.PODS));
    try (HttpClient http = HttpClient.newBuilder().sslContext(AnyCertificate.context()).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(body))
              .build();
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }
}
