package org.natsoperator.bench;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The operator that the chart installed, seen from outside. */
record InstalledOperator(KubernetesClient client) {

  private static final String LABEL = "app.kubernetes.io/name";

  /** Linux waits two minutes for a connection to the address of a deleted pod. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  List<Pod> pods() {
    return client.pods().inAnyNamespace().withLabel(LABEL, "nats-operator").list().getItems();
  }

  /** The response of an actuator endpoint; empty while there is none. */
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

  /** Without the AOT cache, the operator needs some 50 MiB more. */
  void checkAotCache() throws IOException {
    String command = Files.readString(Path.of("/proc", Long.toString(pid()), "cmdline"));
    if (!command.contains("-XX:AOTCache=")) {
      throw new IllegalStateException(
          "the image has no AOT cache, so no figure can be compared; build it again: make image");
    }
  }

  /** Removes the CPU limit of the operator. */
  void unlimitProcessors() {
    var deployment =
        client
            .apps()
            .deployments()
            .inAnyNamespace()
            .withLabel(LABEL, "nats-operator")
            .list()
            .getItems()
            .getFirst();
    var resource = client.resource(deployment);
    resource.edit(
        current -> {
          current
              .getSpec()
              .getTemplate()
              .getSpec()
              .getContainers()
              .getFirst()
              .getResources()
              .getLimits()
              .remove("cpu");
          return current;
        });
    await()
        .atMost(BenchCluster.TIMEOUT)
        .until(
            () ->
                pods().size() == 1
                    && Readiness.isPodReady(pods().getFirst())
                    && isUnlimited(pods().getFirst()));
  }

  private static boolean isUnlimited(Pod pod) {
    return !pod.getSpec().getContainers().getFirst().getResources().getLimits().containsKey("cpu");
  }

  Effort effort() throws InterruptedException {
    return Effort.of(actuator(pods().getFirst(), "prometheus").orElseThrow());
  }

  /** Resident memory of the process of the only pod in MiB, as the kernel counts it. */
  long residentMiB() throws IOException {
    return Processes.residentMiB(pid());
  }

  /** Memory of the container of the only pod in MiB, without pages of files. */
  long memoryMiB() throws IOException {
    return Processes.memoryMiB(pid());
  }

  void collectGarbage() throws IOException, InterruptedException {
    Processes.collectGarbage(pid());
  }

  private long pid() {
    String pod = pods().getFirst().getMetadata().getName();
    return ProcessHandle.allProcesses()
        .mapToLong(ProcessHandle::pid)
        .filter(pid -> runs(pod, pid))
        .findFirst()
        .orElseThrow();
  }

  /** Returns true if a process is the Java process of that pod: its host name is the pod's name. */
  private static boolean runs(String pod, long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      return Files.readString(process.resolve("cmdline")).startsWith("java")
          && Files.readString(process.resolve("root/etc/hostname")).strip().equals(pod);
    } catch (IOException e) {
      return false;
    }
  }
}
