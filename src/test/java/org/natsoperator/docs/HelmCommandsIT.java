package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.natsoperator.testing.Helm;

/** Helm knows the commands of README.md and docs/, and renders the chart with their values. */
class HelmCommandsIT {

  private static final String CHART = "charts/nats-operator";

  /** For commands that leave out the image, or reuse the values of a release. */
  private static final List<String> IMAGE = List.of("--set", "image.repository=nats-operator");

  @Test
  void helmKnowsCommandsAndFlags() {
    assertThat(DocumentedCommand.of("helm"))
        .hasSizeGreaterThan(10)
        .allSatisfy(
            command -> {
              Helm.Result help = Helm.run(command.words().get(1), "--help");
              assertThat(help.exitCode()).as(help.text()).isZero();
              assertThat(command.flags())
                  .allSatisfy(flag -> assertThat(help.text()).contains(flag + " "));
            });
  }

  @Test
  void chartAcceptsValuesOfCommands() {
    List<DocumentedCommand> commands =
        DocumentedCommand.all().filter(command -> !command.values("--set").isEmpty()).toList();
    assertThat(commands)
        .hasSizeGreaterThan(8)
        .allSatisfy(command -> assertRendered(values(command)));
  }

  @Test
  void chartAcceptsFilesOfValues(@TempDir Path folder) throws IOException {
    for (CodeBlock block : Recipe.VALUES.blocks()) {
      Path file = Files.writeString(folder.resolve("values.yaml"), block.text());
      assertRendered(Stream.concat(IMAGE.stream(), Stream.of("-f", file.toString())).toList());
    }
  }

  @Test
  void chartOfCommandsExists() {
    assertThat(DocumentedCommand.of("helm"))
        .filteredOn(command -> command.words().size() > 3)
        .filteredOn(command -> command.words().get(1).matches("install|upgrade"))
        .hasSizeGreaterThan(4)
        .allSatisfy(command -> assertThat(command.words()).containsAnyOf(CHART, "…"));
  }

  /** A complete command must set the image itself. */
  private static List<String> values(DocumentedCommand command) {
    List<String> values = new ArrayList<>();
    if (!command.words().contains("install") || !command.words().contains(CHART)) {
      values.addAll(IMAGE);
    }
    for (String value : command.values("--set")) {
      values.add("--set");
      values.add(value.replace("sha256:…", "sha256:" + "0".repeat(64)));
    }
    return values;
  }

  private static void assertRendered(List<String> values) {
    List<String> arguments =
        new ArrayList<>(List.of("template", "nats-operator", CHART, "--kube-version", "1.34"));
    arguments.addAll(values);
    Helm.Result answer = Helm.run(arguments.toArray(String[]::new));
    assertThat(answer.exitCode()).as(answer.text()).isZero();
  }
}
