package org.natsoperator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds or builds real programs with the script {@code local-cluster}. */
final class LocalCluster {

  private static final String SCRIPT =
      Path.of("local-cluster", "local-cluster").toAbsolutePath().toString();
  private static final Map<String, String> ANSWERS = new ConcurrentHashMap<>();

  private LocalCluster() {}

  static Path natsServer(String version) {
    return Path.of(ask("nats-server", version));
  }

  /** {@code kubectl}, of the same build as the API server. */
  static Path kubectl() {
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    return Path.of(assets == null || assets.isEmpty() ? ask("bin") : assets, "kubectl");
  }

  static Path helm() {
    return Path.of(ask("bin"), "helm");
  }

  static Path prometheus() {
    return Path.of(ask("prometheus"), "prometheus");
  }

  static Path promtool() {
    return Path.of(ask("prometheus"), "promtool");
  }

  /** The command of a program in Go, JavaScript or Python, with its libraries. */
  static Path program(Path folder) {
    return Path.of(ask("program", folder.toString()));
  }

  /** Builds the Dockerfile of a folder and loads the image into the node. */
  static void buildImage(String image, Path folder) {
    ask("build-image", image, folder.toString());
  }

  /** Builds nats-server of a version and loads it into the node as image {@code nats:VERSION}. */
  static void loadServer(String version) {
    ask("load-nats", version);
  }

  /** The folder with {@code jq}. */
  static String jq() {
    return ask("jq");
  }

  /** Starts {@code kube-controller-manager} with only these controllers. */
  static Process controllerManager(Path kubeconfig, String... controllers) {
    List<String> command =
        List.of(
            Path.of(ask("bin"), "kube-controller-manager").toString(),
            "--kubeconfig=" + kubeconfig,
            "--controllers=" + String.join(",", controllers),
            "--leader-elect=false",
            "--secure-port=0");
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(kubeconfig.resolveSibling("kube-controller-manager.log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(SCRIPT));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private static String ask(String... arguments) {
    return ANSWERS.computeIfAbsent(String.join(" ", arguments), key -> run(command(arguments)));
  }

  private static String run(ProcessBuilder command) {
    try {
      Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      process.getOutputStream().close();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command.command() + " failed");
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
