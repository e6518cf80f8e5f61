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
 * Runs the operator for the AOT cache of its image. The arguments are the command that starts the
 * operator. The operator reconciles a cluster and a role of a fake API server, responds to
 * admission reviews, probes and a scrape, and is then stopped.
 */
public final class Training {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** Time for the first reconciliations. Classes that load later are missing from the cache. */
  private static final Duration RECONCILIATION = Duration.ofSeconds(5);

  private static final List<String> ENDPOINTS =
      List.of("health/liveness", "health/readiness", "prometheus");

  private static final String WEBHOOK_SECRET = "webhooks";

  private final HttpClient client = HttpClient.newHttpClient();
  private final String actuator;
  private final FakeApiServer api;
  private final int webhooksPort;

  private Training(FakeApiServer api, int port, int webhooksPort) {
    this.api = api;
    this.webhooksPort = webhooksPort;
    actuator = "http://127.0.0.1:" + port + "/actuator/";
  }

  static void main(String[] command) throws Exception {
    int port = freePort();
    int webhooksPort = freePort();
    try (FakeApiServer api = new FakeApiServer()) {
      ProcessBuilder operator = new ProcessBuilder(command).inheritIO();
      operator.environment().putAll(environment(api, port));
      operator.environment().putAll(webhooks(webhooksPort));
      Process process = operator.start();
      try {
        new Training(api, port, webhooksPort).run(process);
      } finally {
        process.destroy();
      }
      // The JVM writes the cache when it exits.
      System.exit(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS) ? 0 : 1);
    }
  }

  private static Map<String, String> environment(FakeApiServer api, int port) {
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
        TrainingObjects.NAMESPACE,
        "SERVICE_ACCOUNT_NAME",
        TrainingObjects.NAME,
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
        TrainingObjects.NAME,
        "OPERATOR_WEBHOOKS_SECRET",
        WEBHOOK_SECRET,
        "OPERATOR_WEBHOOKS_SHUTDOWN_DELAY",
        "0s");
  }

  private void run(Process process) throws InterruptedException {
    Instant end = Instant.now().plus(TIMEOUT);
    while (status("health/readiness") != 200) {
      if (!process.isAlive() || Instant.now().isAfter(end)) {
        throw new IllegalStateException("the operator did not become ready");
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    TimeUnit.SECONDS.sleep(RECONCILIATION.toSeconds());
    new Reviews(webhooksPort, api.secret(WEBHOOK_SECRET, "ca.crt")).send();
    ENDPOINTS.forEach(this::status);
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
