package org.natsoperator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real {@code kubectl}: what a user types and what he reads. */
final class Kubectl {

  private Kubectl() {}

  /** Applies a manifest and returns all that kubectl wrote. */
  static String apply(Path kubeconfig, String namespace, String manifest, String... flags) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(LocalCluster.kubectl().toString(), "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of("--namespace", namespace, "apply", "-f", "-"));
    command.addAll(List.of(flags));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var input = process.getOutputStream()) {
        input.write(manifest.getBytes(StandardCharsets.UTF_8));
      }
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
