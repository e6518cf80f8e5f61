package org.natsoperator.testing;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.natsoperator.config.Ports;
import org.natsoperator.config.ServerConfigFile;
import org.springframework.util.FileSystemUtils;

/** A nats-server on a loopback address, and the folder of its file. */
record LoopbackProcess(Pod pod, String address, Path folder, Process process) {

  static final Duration START = Duration.ofMinutes(2);

  static LoopbackProcess start(
      Pod pod, UnaryOperator<String> addresses, ServerConfigFile file, List<String> flags)
      throws IOException {
    String address = addresses.apply(pod.getMetadata().getName());
    Path folder = Files.createTempDirectory("loopback-cluster-");
    Files.writeString(folder.resolve("nats.conf"), file.text());
    String version = pod.getMetadata().getLabels().get("nats_version");
    ProcessBuilder command =
        new ProcessBuilder(
            LocalCluster.natsServer(version).toString(),
            "-c",
            folder.resolve("nats.conf").toString(),
            "-a",
            address,
            "--cluster",
            "nats://" + Ports.address(address, Ports.CLUSTER),
            "--cluster_advertise",
            Ports.address(address, Ports.CLUSTER),
            "--routes",
            routes(file, addresses));
    command.command().addAll(flags);
    command.environment().put(ServerConfigFile.SERVER_NAME_ENV, pod.getMetadata().getName());
    command.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
    return new LoopbackProcess(pod, address, folder, command.start());
  }

  /** The routes of the file, with addresses instead of names that only a cluster resolves. */
  private static String routes(ServerConfigFile file, UnaryOperator<String> addresses) {
    return file.parse()
        .at("/cluster/routes")
        .valueStream()
        .map(route -> URI.create(route.asText()))
        .map(
            route ->
                "nats://%s@%s"
                    .formatted(
                        route.getUserInfo(),
                        Ports.address(
                            addresses.apply(route.getHost().replaceFirst("\\..*", "")),
                            Ports.CLUSTER)))
        .collect(Collectors.joining(","));
  }

  /** The pod with the status of a ready server. */
  Pod ready() {
    return LoopbackPods.ready(pod, address);
  }

  void awaitReady() {
    await("nats-server listens")
        .atMost(START)
        .until(() -> !process.isAlive() || new RunningServer(ready()).listens());
    if (!process.isAlive()) {
      throw new IllegalStateException("nats-server ended; see " + folder.resolve("log"));
    }
  }

  /** The Secret may be gone with its last pod. */
  void copyFile(ServerConfigFile file) throws IOException {
    Path target = folder.resolve("nats.conf");
    if (file != null && !file.text().equals(Files.readString(target))) {
      // A reload that is in progress must not read a part of the file.
      Files.move(
          Files.writeString(folder.resolve("next"), file.text()),
          target,
          StandardCopyOption.ATOMIC_MOVE);
    }
  }

  void end() {
    process.destroyForcibly();
    process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
    FileSystemUtils.deleteRecursively(folder.toFile());
  }
}
