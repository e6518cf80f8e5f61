package org.natsoperator.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The operator outside Kubernetes, with the files, Java options and AOT cache of its image. */
record OperatorProcess(Process process, Instant started) implements AutoCloseable {

  static final String NAMESPACE = "nats-operator";

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();
  private static final String JAR = "target/image/nats-operator.jar";
  private static final String TRAINING = "target/image/training/*";
  static final String LOG = "operator.log";
  private static final String CACHE = "nats-operator.aot";

  /** The options of the Dockerfile. The last of two equal properties counts. */
  private static final List<String> OPTIONS =
      List.of("@java-options", "-Djava.security.properties=java-security");

  /** Writes the AOT cache in a training run against the fake API server. */
  static void train(StandaloneApiServer server) throws IOException, InterruptedException {
    ProcessBuilder training =
        java(
            server,
            "training.log",
            Stream.of(
                "-cp",
                JAR + File.pathSeparator + TRAINING,
                "org.natsoperator.training.Training",
                JAVA),
            OPTIONS.stream(),
            Stream.of(
                "-XX:AOTCacheOutput=" + server.folder().resolve(CACHE),
                "-Xlog:disable",
                "-jar",
                JAR));
    if (training.start().waitFor() != 0) {
      throw new IllegalStateException(
          "the training run wrote no AOT cache; see training.log in " + server.folder());
    }
  }

  static OperatorProcess start(StandaloneApiServer server) throws IOException {
    // Any free port: no client connects to it.
    return start(operator(server, 0));
  }

  /**
   * Starts the operator with a memory limit, and with webhooks that no request reaches.
   *
   * @param javaOptions the chart's value
   * @param port of the metrics
   */
  static OperatorProcess start(
      StandaloneApiServer server, MemoryCgroup limit, String javaOptions, int port)
      throws IOException {
    ProcessBuilder builder = operator(server, port);
    builder.command(limit.running(builder.command()));
    builder
        .environment()
        .putAll(
            Map.of(
                "JAVA_TOOL_OPTIONS",
                javaOptions,
                "OPERATOR_WEBHOOKS_ENABLED",
                "true",
                "OPERATOR_WEBHOOKS_PORT",
                "0"));
    return start(builder);
  }

  /** Without these the webhooks of the operator are not ready. They select no object. */
  static void createWebhookConfigurations(StandaloneApiServer server) {
    Stream.of("Mutating", "Validating")
        .map(
            kind ->
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: %sWebhookConfiguration
                metadata: {name: nats-operator}
                webhooks:
                  - name: none.nats.io
                    clientConfig: {url: "https://localhost:9443/none"}
                    rules: [{apiGroups: [nats.io], apiVersions: [none], operations: [CREATE], resources: [none]}]
                    sideEffects: None
                    admissionReviewVersions: [v1]
                """
                    .formatted(kind))
        .forEach(yaml -> Manifest.of(yaml).applyTo(server.client()));
  }

  private static OperatorProcess start(ProcessBuilder builder) throws IOException {
    Instant started = Instant.now();
    return new OperatorProcess(builder.start(), started);
  }

  private static ProcessBuilder operator(StandaloneApiServer server, int port) {
    Stream<String> program =
        Stream.of(
            "-XX:AOTCache=" + server.folder().resolve(CACHE),
            "-XX:AOTMode=on",
            "-jar",
            JAR,
            "--server.port=" + port);
    ProcessBuilder builder = java(server, LOG, OPTIONS.stream(), program);
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBECONFIG",
                server.kubeconfig().toString(),
                "OPERATOR_NAMESPACE",
                NAMESPACE,
                "OPERATOR_NETWORK_POLICY",
                "{\"enabled\": true}"));
    return builder;
  }

  @SafeVarargs
  private static ProcessBuilder java(
      StandaloneApiServer server, String log, Stream<String>... arguments) {
    List<String> command =
        Stream.concat(Stream.of(JAVA), Stream.of(arguments).flatMap(part -> part)).toList();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(server.folder().resolve(log).toFile())
            .redirectErrorStream(true);
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Xmx96m");
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    return builder;
  }

  long residentMiB() throws IOException {
    return Processes.residentMiB(process.pid());
  }

  String spent() throws IOException {
    long seconds = process.info().totalCpuDuration().orElseThrow().toSeconds();
    return "%d s of CPU, %d MiB of memory".formatted(seconds, residentMiB());
  }

  /** Stops the process as a Deployment does. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
