package org.natsoperator.bench;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** An API server without a node, with the operator's kinds. No controller creates pods. */
record StandaloneApiServer(Process process, Path folder, KubernetesClient client)
    implements AutoCloseable {

  /** The user of its kubeconfig. */
  static final String USER = "admin";

  /**
   * In milliseconds, the limit of the API server. After a shorter time the client would repeat the
   * creation of a huge object, which then exists already.
   */
  private static final int REQUEST_TIMEOUT = 60_000;

  private static final String AUDIT_LOG = "audit.log";
  private static final List<String> KINDS =
      List.of("natsclusters.nats.io-v1.yml", "natsserviceroles.nats.io-v1.yml");

  static StandaloneApiServer start() throws IOException {
    Path folder = Files.createTempDirectory("bench-api-server");
    ProcessBuilder builder =
        new ProcessBuilder("local-cluster/local-cluster", "api-server", folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("AUDIT_LOG", folder.resolve(AUDIT_LOG).toString());
    Process process = builder.start();
    var answer =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    if (!"ready".equals(answer.readLine())) {
      throw new IllegalStateException(
          "the API server is not ready in time; its logs are in " + folder);
    }
    Config config = Config.fromKubeconfig(kubeconfig(folder).toFile());
    config.setRequestTimeout(REQUEST_TIMEOUT);
    StandaloneApiServer server =
        new StandaloneApiServer(
            process, folder, new KubernetesClientBuilder().withConfig(config).build());
    KINDS.forEach(server::install);
    return server;
  }

  private void install(String file) {
    var definition =
        client
            .apiextensions()
            .v1()
            .customResourceDefinitions()
            .load(StandaloneApiServer.class.getResourceAsStream("/META-INF/fabric8/" + file));
    definition.serverSideApply();
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(
            () ->
                definition.get().getStatus().getConditions().stream()
                    .anyMatch(
                        condition ->
                            condition.getType().equals("Established")
                                && condition.getStatus().equals("True")));
  }

  Path kubeconfig() {
    return kubeconfig(folder);
  }

  private static Path kubeconfig(Path folder) {
    return folder.resolve("kubeconfig");
  }

  AuditLog auditLog() {
    return new AuditLog(folder.resolve(AUDIT_LOG));
  }

  /** The output of the newest operator of this server. */
  String operatorLog() throws IOException {
    return Files.readString(folder.resolve(OperatorProcess.LOG));
  }

  @Override
  public void close() throws Exception {
    client.close();
    process.destroy();
    process.waitFor();
    Processes.run("rm", "-rf", folder.toString());
  }
}
