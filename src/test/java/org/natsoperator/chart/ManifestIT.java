package org.natsoperator.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.natsoperator.testing.ChartServer;

/** The two files of {@code make manifest}, for users of kubectl. */
@ExtendWith(ChartServer.class)
class ManifestIT {

  private static final Path CRDS = Path.of("target/nats-operator-crds.yaml");
  private static final Path OPERATOR = Path.of("target/nats-operator.yaml");

  private static String namespace;

  @BeforeAll
  static void renderManifests() throws Exception {
    namespace = ChartServer.namespace("manifest");
    Process make =
        new ProcessBuilder(
                "make",
                "--no-print-directory",
                "manifest",
                "IMAGE=registry.example.com/nats-operator:1",
                "NAMESPACE=" + namespace)
            .redirectErrorStream(true)
            .start();
    String output = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(make.waitFor()).as(output).isZero();
  }

  /** {@code kubectl delete -f} with this file must not delete clusters and roles. */
  @Test
  void operatorFileContainsNoCrd() throws IOException {
    assertThat(kinds(OPERATOR))
        .contains("Deployment", "ValidatingWebhookConfiguration")
        .doesNotContain("CustomResourceDefinition");
  }

  @Test
  void crdFileContainsOnlyBothCrds() throws IOException {
    assertThat(kinds(CRDS)).containsExactly("CustomResourceDefinition", "CustomResourceDefinition");
    assertThat(Files.readString(CRDS)).contains("natsclusters.nats.io", "natsserviceroles.nats.io");
  }

  @Test
  void apiServerAcceptsBothFiles() throws IOException {
    for (Path file : List.of(CRDS, OPERATOR)) {
      assertThat(ChartServer.dryRun(namespace, Files.readString(file)).lines())
          .filteredOn(line -> !line.startsWith("Warning"))
          .hasSize(kinds(file).size())
          .allSatisfy(line -> assertThat(line).contains("(server dry run)"));
    }
  }

  private static List<String> kinds(Path file) throws IOException {
    return Files.readString(file)
        .lines()
        .filter(line -> line.startsWith("kind: "))
        .map(line -> line.substring("kind: ".length()).replace("\"", ""))
        .toList();
  }
}
