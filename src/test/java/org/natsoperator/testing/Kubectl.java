package org.natsoperator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the real {@code kubectl}. */
final class Kubectl {

  private Kubectl() {}

  /** Applies a manifest and returns the output of kubectl. */
  static String apply(Path kubeconfig, String namespace, String manifest, String... flags) {
    List<String> apply = new ArrayList<>(List.of("apply", "-f", "-"));
    apply.addAll(List.of(flags));
    return run(kubeconfig, namespace, apply, manifest);
  }

  /**
   * Scales an object, such as {@code natscluster/example-nats}, and returns the output of kubectl.
   */
  static String scale(Path kubeconfig, String namespace, String object, int replicas) {
    return run(kubeconfig, namespace, List.of("scale", object, "--replicas=" + replicas), "");
  }

  /** Runs a command and returns the output of kubectl. */
  static String run(Path kubeconfig, String namespace, String... arguments) {
    return run(kubeconfig, namespace, List.of(arguments), "");
  }

  private static String run(
      Path kubeconfig, String namespace, List<String> arguments, String input) {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            LocalCluster.kubectl().toString(),
            "--kubeconfig",
            kubeconfig.toString(),
            "--namespace",
            namespace));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
