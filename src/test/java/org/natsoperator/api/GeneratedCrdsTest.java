package org.natsoperator.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratedCrdsTest {

  private static final Path GENERATED = Path.of("target/classes/META-INF/fabric8");
  private static final Path CHART = Path.of("charts/nats-operator/files/crds");

  @ParameterizedTest(name = "the {0} CRD of the chart matches the records")
  @ValueSource(strings = {"natsclusters.nats.io", "natsserviceroles.nats.io"})
  void chartContainsCurrentCrd(String kind) throws IOException {
    assertThat(Files.readString(CHART.resolve(kind + ".yaml")))
        .as("run `make crds`: the chart's CRDs differ from the generated ones")
        .isEqualTo(Files.readString(GENERATED.resolve(kind + "-v1.yml")));
  }

  @Test
  void chartContainsCrdOfEveryKind() throws IOException {
    assertThat(names(CHART, ".yaml")).as("run `make crds`").isEqualTo(names(GENERATED, "-v1.yml"));
  }

  private static List<String> names(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(suffix))
          .map(name -> name.substring(0, name.length() - suffix.length()))
          .sorted()
          .toList();
    }
  }
}
