package org.natsoperator.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The operator that was installed by the chart, seen from outside. */
record InstalledOperator(KubernetesClient client) {

  private static final String LABEL = "app.kubernetes.io/name";
  private static final String JAR = "/app/nats-operator.jar";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  List<Pod> pods() {
    return client.pods().inAnyNamespace().withLabel(LABEL, "nats-operator").list().getItems();
  }

  /** The answer of an actuator endpoint; empty while there is none. */
  static Optional<String> actuator(Pod pod, String path) throws InterruptedException {
    String address = pod.getStatus().getPodIP();
    if (address == null) {
      return Optional.empty();
    }
    try {
      URI uri = URI.create("http://" + address + ":8080/actuator/" + path);
      HttpResponse<String> answer =
          HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      return Optional.of(answer).filter(ok -> ok.statusCode() == 200).map(HttpResponse::body);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Resident memory of the operator's process in MiB, as the kernel counts it. */
  static long residentMiB() throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      Path process =
          processes.filter(InstalledOperator::isOperator).findFirst().orElseThrow();
      return Files.readAllLines(process.resolve("status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean isOperator(Path process) {
    try {
      String command =
          new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.UTF_8);
      return command.startsWith("java") && command.contains(JAR);
    } catch (IOException e) {
      return false;
    }
  }
}
