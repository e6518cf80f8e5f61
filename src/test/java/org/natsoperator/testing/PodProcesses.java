package org.natsoperator.testing;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The processes of a container on the {@link Node}, as this machine sees them.
 *
 * @param ids the IDs of the processes that ran at the time of the lookup
 */
public record PodProcesses(List<String> ids) {

  /** All processes of a container. Fails if there are none. */
  public static PodProcesses of(Pod pod, String container) {
    String cgroup = containerId(pod, container);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      List<String> ids =
          processes
              .filter(process -> process.getFileName().toString().matches("\\d+"))
              .filter(process -> isIn(cgroup, process))
              .map(process -> process.getFileName().toString())
              .toList();
      if (ids.isEmpty()) {
        throw new IllegalStateException(
            "container %s of %s has no process".formatted(container, pod.getMetadata().getName()));
      }
      return new PodProcesses(ids);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a signal, such as {@code STOP}, to all processes that still run. */
  public void signal(String signal) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    command.addAll(ids);
    try {
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns true if one of them still runs. */
  public boolean run() {
    return ids.stream().anyMatch(id -> Files.exists(Path.of("/proc", id)));
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
