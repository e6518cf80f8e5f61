package org.natsoperator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Runs the real {@code helm} with the chart. */
public final class Helm {

  private static final String CHART =
      Path.of("charts", "nats-operator").toAbsolutePath().toString();
  private static final Path OWN_FILES = Path.of("target", "helm").toAbsolutePath();

  private Helm() {}

  /**
   * Renders the manifests of a release that is not installed. Values are as for {@code --set-json}.
   */
  public static String template(String... values) {
    Result answer = tryTemplate(values);
    assertThat(answer.exitCode()).as(answer.text()).isZero();
    return answer.text();
  }

  /** Renders only the objects of {@code helm test}, for a release in this namespace. */
  public static String templateOfTest(String namespace, String... values) {
    List<String> arguments =
        new ArrayList<>(List.of("template", "nats-operator", CHART, "--namespace", namespace));
    arguments.addAll(List.of("--kube-version", "1.34"));
    arguments.addAll(List.of("--show-only", "templates/tests/installation.yaml"));
    arguments.addAll(flags(values));
    Result answer = run(Path.of("/dev/null"), arguments);
    assertThat(answer.exitCode()).as(answer.text()).isZero();
    return answer.text();
  }

  /** Runs helm without a Kubernetes. */
  public static Result run(String... arguments) {
    return run(Path.of("/dev/null"), List.of(arguments));
  }

  public static Result tryTemplate(String... values) {
    return tryTemplateOf("nats-operator", "nats-io", values);
  }

  static Result tryTemplateOf(String release, String namespace, String... values) {
    List<String> arguments =
        new ArrayList<>(List.of("template", release, CHART, "--namespace", namespace));
    arguments.addAll(List.of("--kube-version", "1.34", "--skip-tests"));
    arguments.addAll(flags(values));
    return run(Path.of("/dev/null"), arguments);
  }

  static Result upgrade(Path kubeconfig, String release, String namespace, String... values) {
    List<String> arguments = new ArrayList<>(List.of("upgrade", "--install", release, CHART));
    arguments.addAll(List.of("--namespace", namespace, "--create-namespace"));
    arguments.addAll(flags(values));
    return run(kubeconfig, arguments);
  }

  static Result uninstall(Path kubeconfig, String release, String namespace) {
    return run(kubeconfig, List.of("uninstall", release, "--namespace", namespace));
  }

  /** The chart has no default image. A later value of image replaces this one. */
  private static List<String> flags(String... values) {
    return Stream.concat(Stream.of("image={\"repository\": \"nats-operator\"}"), Stream.of(values))
        .map("--set-json=%s"::formatted)
        .toList();
  }

  private static Result run(Path kubeconfig, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(LocalCluster.helm().toString()));
    command.addAll(arguments);
    ProcessBuilder helm = new ProcessBuilder(command).redirectErrorStream(true);
    helm.environment().put("KUBECONFIG", kubeconfig.toString());
    for (String folder : List.of("CACHE", "CONFIG", "DATA")) {
      helm.environment().put("HELM_" + folder + "_HOME", OWN_FILES.resolve(folder).toString());
    }
    try {
      Process process = helm.start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The output and the exit code of helm. */
  public record Result(int exitCode, String text) {}
}
