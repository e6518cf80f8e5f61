package org.natsoperator.training;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs the command that it is given, which starts the operator, against an API server that only
 * pretends: it becomes ready, reconciles a cluster and a role, reviews, is probed, scraped and
 * stopped.
 */
public final class Training {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Long enough for the first reconciliations; what they miss is loaded later, as ever. */
  private static final Duration LESSON = Duration.ofSeconds(5);

  private static final List<String> LESSONS =
      List.of("health/liveness", "health/readiness", "prometheus");

  private static final String WEBHOOK_SECRET = "webhooks";

  private final HttpClient client = HttpClient.newHttpClient();
  private final String actuator;
  private final PretendedApiServer api;
  private final int webhooksPort;

  private Training(PretendedApiServer api, int port, int webhooksPort) {
    this.api = api;
    this.webhooksPort = webhooksPort;
    actuator = "http://127.0.0.1:" + port + "/actuator/";
  }

  static void main(String[] command) throws Exception {
    int port = freePort();
    int webhooksPort = freePort();
    try (PretendedApiServer api = new PretendedApiServer()) {
      ProcessBuilder operator = new ProcessBuilder(command).inheritIO();
      operator.environment().putAll(environment(api, port));
      operator.environment().putAll(webhooks(webhooksPort));
      Process process = operator.start();
      new Training(api, port, webhooksPort).teach(process);
      process.destroy();
      // It writes the cache while it ends.
      System.exit(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) ? 0 : 1);
    }
  }

  private static Map<String, String> environment(PretendedApiServer api, int port) {
    return Map.of(
        "KUBERNETES_MASTER",
        api.address(),
        "KUBERNETES_CERTS_CA_DATA",
        api.certificate(),
        "KUBERNETES_AUTH_TOKEN",
        "training",
        "KUBERNETES_AUTH_TRYKUBECONFIG",
        "false",
        "NO_PROXY",
        "localhost",
        "OPERATOR_NAMESPACE",
        Lesson.NAMESPACE,
        "SERVICE_ACCOUNT_NAME",
        Lesson.NAME,
        "SERVER_PORT",
        String.valueOf(port));
  }

  private static Map<String, String> webhooks(int port) {
    return Map.of(
        "OPERATOR_WEBHOOKS_ENABLED",
        "true",
        "OPERATOR_WEBHOOKS_PORT",
        String.valueOf(port),
        "OPERATOR_WEBHOOKS_CONFIGURATION",
        Lesson.NAME,
        "OPERATOR_WEBHOOKS_SECRET",
        WEBHOOK_SECRET,
        "OPERATOR_WEBHOOKS_LINGERING",
        "0s");
  }

  private void teach(Process process) throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (status("health/readiness") != 200) {
      if (!process.isAlive() || Instant.now().isAfter(end)) {
        process.destroy();
        throw new IllegalStateException("the operator did not become ready");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    TimeUnit.SECONDS.sleep(LESSON.toSeconds());
    new Reviews(webhooksPort, api.secret(WEBHOOK_SECRET, "ca.crt")).send();
    LESSONS.forEach(this::status);
  }

  private int status(String path) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(actuator + path)).build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
