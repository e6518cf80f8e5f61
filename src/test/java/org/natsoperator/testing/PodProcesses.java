package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The processes of a container on the {@link Node}, as this machine sees them. */
public final class PodProcesses {

  private PodProcesses() {}

  /** Sends a signal, such as {@code STOP}, to all processes of a container. */
  public static void signal(String signal, Pod pod, String container) {
    List<String> processes = of(pod, container);
    if (processes.isEmpty()) {
      throw new IllegalStateException("container %s of %s has no process".formatted(container, pod.getMetadata().getName()));
    }
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    command.addAll(processes);
    try {
      new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> of(Pod pod, String container) {
    String cgroup = containerId(pod, container);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("\\d+"))
          .filter(process -> isIn(cgroup, process))
          .map(process -> process.getFileName().toString())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String containerId(Pod pod, String container) {
    return pod.getStatus().getContainerStatuses().stream()
        .filter(status -> status.getName().equals(container))
        .map(status -> status.getContainerID().replaceFirst(".*//", ""))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isIn(String cgroup, Path process) {
    try {
      return Files.readString(process.resolve("cgroup")).contains(cgroup);
    } catch (IOException ended) {
      return false;
    }
  }
}
