package org.natsoperator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the real {@code kubectl}. */
public final class Kubectl {

  /** The output and the exit code of kubectl. */
  public record Result(int exitCode, String text) {}

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
    List<String> inNamespace = new ArrayList<>(List.of("--namespace", namespace));
    inNamespace.addAll(arguments);
    return run(kubeconfig, inNamespace, input).text();
  }

  /** Runs a command in the namespace that its arguments name. */
  public static Result run(Path kubeconfig, List<String> arguments) {
    return run(kubeconfig, arguments, "");
  }

  private static Result run(Path kubeconfig, List<String> arguments, String input) {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(LocalCluster.kubectl().toString(), "--kubeconfig", kubeconfig.toString()));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
