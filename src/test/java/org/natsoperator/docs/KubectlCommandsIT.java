package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.natsoperator.testing.Manifests.CLUSTER;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.natsoperator.testing.Helm;
import org.natsoperator.testing.Kubectl;
import org.natsoperator.testing.LoopbackCluster;
import org.natsoperator.testing.OperatorTest;
import org.natsoperator.testing.Sandbox;

/**
 * The kubectl commands of README.md and docs/ run against the real API server and the servers of
 * the walkthrough. Those that change something are dry runs.
 */
@OperatorTest
class KubectlCommandsIT {

  private static final Path WALKTHROUGH = Path.of("example/01-service-accounts/walkthrough.yaml");

  /** The namespace of the operator in the docs. */
  private static final String OPERATOR_NAMESPACE = "nats-operator-system";

  private static final Duration STARTED = Duration.ofMinutes(3);

  private static final Set<String> NAMESPACE = Set.of("-n", "--namespace");
  private static final Set<String> WITH_SUBCOMMAND = Set.of("rollout", "create", "nats");
  private static final Set<String> DRY_RUN =
      Set.of("annotate", "apply", "create", "delete", "scale");

  private static final Pattern NOT_FOUND =
      Pattern.compile("NotFound\\): (\\w+)\\S* \"([\\w-]+)\" not found");

  private static final Pattern JSON_PATH = Pattern.compile("jsonpath=\\{\\.(.*?)}");
  private static final Pattern HEADER = Pattern.compile("(?m)^[A-Z][A-Z -]+$");

  @Test
  void kubectlAcceptsCommands(Sandbox sandbox, @TempDir Path folder) throws Exception {
    sandbox.apply(Files.readString(WALKTHROUGH));
    try (LoopbackCluster servers = LoopbackCluster.of(CLUSTER, sandbox)) {
      await().atMost(STARTED).until(() -> servers.pods().size() == 3);
      await().atMost(STARTED).until(() -> sandbox.token("nats-user", CLUSTER).isPresent());
      assertThat(DocumentedCommand.of("kubectl"))
          .hasSizeGreaterThan(60)
          .allSatisfy(command -> assertAccepted(command, arguments(command, folder), sandbox));
    }
  }

  private static void assertAccepted(
      DocumentedCommand command, List<String> arguments, Sandbox sandbox) throws IOException {
    int verbs = WITH_SUBCOMMAND.contains(arguments.getFirst()) && arguments.size() > 1 ? 2 : 1;
    List<String> verb = arguments.subList(0, verbs);
    List<String> rest = arguments.subList(verbs, arguments.size());
    String file = rest.stream().filter(word -> word.startsWith("target/")).findAny().orElse("");
    if (!file.isEmpty() || rest.stream().allMatch(word -> word.startsWith("-"))) {
      // ManifestIT applies the files of target/. Otherwise the text only names a command.
      assertThat(Files.readString(Path.of("Makefile"))).contains(file);
      assertFlagsExist(command, verb, sandbox);
    } else if (verb.getFirst().equals("nats")) {
      String[] plugin = arguments.subList(1, arguments.size()).toArray(String[]::new);
      String output = sandbox.kubectlNats(plugin);
      assertThat(output).doesNotContainPattern("\\A(?:error|usage)");
      assertHeaders(command, output);
    } else {
      Kubectl.Result answer = Kubectl.run(sandbox.kubeconfig(), runnable(arguments, sandbox));
      assertThat(answer.exitCode() == 0 || isExpected(command, answer.text()))
          .as(answer.text())
          .isTrue();
      assertHeaders(command, answer.text());
      String kind = rest.stream().filter(word -> !word.startsWith("-")).findFirst().orElseThrow();
      for (String path : jsonPaths(rest)) {
        String field = "%s.%s".formatted(kind.replaceFirst("/.*", ""), path);
        assertThat(sandbox.kubectl("explain", field)).contains("FIELD");
      }
    }
  }

  private static void assertFlagsExist(
      DocumentedCommand command, List<String> verb, Sandbox sandbox) {
    List<String> help = new ArrayList<>(verb);
    help.add("--help");
    if (verb.getFirst().equals("nats")) {
      assertThat(sandbox.kubectlNats()).startsWith("usage: kubectl nats");
    } else {
      Kubectl.Result answer = Kubectl.run(sandbox.kubeconfig(), help);
      assertThat(answer.exitCode()).as(answer.text()).isZero();
      assertThat(command.flags())
          .filteredOn(flag -> !NAMESPACE.contains(flag))
          .allSatisfy(flag -> assertThat(answer.text()).containsPattern(flag + "[=,]"));
    }
  }

  /** The arguments with values for placeholders, and with the namespace in one argument. */
  private static List<String> arguments(DocumentedCommand command, Path folder) {
    List<String> arguments = new ArrayList<>();
    String previous = "";
    for (String word : command.words().subList(1, command.words().size())) {
      String value =
          switch (word) {
            case "CLUSTER" -> CLUSTER;
            case "CLUSTER-N" -> CLUSTER + "-1";
            case "POD" -> "nats-user-pod";
            case "NAME" -> previous.equals("natscluster") ? CLUSTER : "nats-user";
            case "[DIR]" -> folder.resolve("report").toString();
            default -> word;
          };
      if (word.equals(OPERATOR_NAMESPACE) && NAMESPACE.contains(previous)) {
        arguments.add("--namespace=" + OperatorTest.NAMESPACE);
      } else if (!NAMESPACE.contains(word) && !NAMESPACE.contains(previous)) {
        arguments.add(value);
      }
      previous = word;
    }
    return arguments;
  }

  /** The arguments for the sandbox. */
  private static List<String> runnable(List<String> arguments, Sandbox sandbox) {
    List<String> changed = new ArrayList<>(arguments);
    String verb = changed.getFirst();
    if (DRY_RUN.contains(verb)) {
      changed.add("--dry-run=server");
    } else if (verb.equals("wait")) {
      changed.add("--timeout=1s");
    } else if (verb.equals("rollout")) {
      // It has no dry run.
      changed.set(0, "get");
      changed.remove(1);
    }
    if (changed.stream().noneMatch(word -> word.matches("--namespace=.*|--all-namespaces|-A"))) {
      changed.add("--namespace=" + sandbox.namespace());
    }
    return changed;
  }

  /** Some values are never in a status here, and the chart is not installed. */
  private static boolean isExpected(DocumentedCommand command, String error) {
    Matcher missing = NOT_FOUND.matcher(error);
    return command.words().contains("wait") && error.startsWith("error: timed out waiting for")
        || missing.find() && isInChart(missing.group(1), missing.group(2));
  }

  private static boolean isInChart(String plural, String name) {
    Pattern object =
        Pattern.compile(
            "^kind: %s\nmetadata:\n  name: \"?%s\"?$"
                .formatted(plural.replaceFirst("s$", ""), Pattern.quote(name)),
            Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    return object.matcher(Helm.template()).find();
  }

  private static void assertHeaders(DocumentedCommand command, String output) {
    assertThat(headers(command.output()))
        .allSatisfy(header -> assertThat(columns(output)).contains(header));
  }

  /** The lines of documented output with the names of columns. */
  private static List<String> headers(String output) {
    return HEADER.matcher(output).results().map(header -> columns(header.group())).toList();
  }

  private static String columns(String text) {
    return text.replaceAll(" +", " ");
  }

  /** The paths in arguments until the first map, without the indices of lists. */
  private static List<String> jsonPaths(List<String> arguments) {
    return JSON_PATH
        .matcher(String.join(" ", arguments))
        .results()
        .map(path -> path.group(1).replaceAll("\\[.*?]", ""))
        .map(path -> path.replaceFirst("(annotations|labels)\\..*", "$1"))
        .toList();
  }
}
