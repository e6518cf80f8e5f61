package org.natsoperator.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** The operator outside Kubernetes, with the Java options of its image. */
record OperatorProcess(Process process, Instant started) implements AutoCloseable {

  static final String NAMESPACE = "nats-operator";

  static OperatorProcess start(LoneApiServer server) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@java-options",
                "-jar",
                "target/nats-operator.jar",
                // Any port: nobody asks.
                "--server.port=0")
            .redirectOutput(server.folder().resolve("operator.log").toFile())
            .redirectErrorStream(true);
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Xmx96m");
    builder.environment().put("KUBECONFIG", server.kubeconfig().toString());
    builder.environment().put("OPERATOR_NAMESPACE", NAMESPACE);
    builder.environment().put("OPERATOR_NETWORK_POLICY", "{\"enabled\": true}");
    Instant started = Instant.now();
    return new OperatorProcess(builder.start(), started);
  }

  long residentMiB() throws IOException {
    return Processes.residentMiB(process.pid());
  }

  String spent() throws IOException {
    long seconds = process.info().totalCpuDuration().orElseThrow().toSeconds();
    return "%d s of CPU, %d MiB of memory".formatted(seconds, residentMiB());
  }

  /** As a Deployment ends it. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }
}
