package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ChartReadmeTest {

  @Test
  void readmeMatchesCurrentValues() throws IOException {
    assertThat(Files.readString(ChartReadme.FILE))
        .as("run `make docs`")
        .isEqualTo(ChartReadme.text());
  }

  @Test
  void schemaDescribesEveryValue() throws IOException {
    assertThat(ChartReadme.values())
        .hasSizeGreaterThan(60)
        .allSatisfy(
            value ->
                assertThat(value.schema().path("description").asText())
                    .as(value.path())
                    .isNotEmpty());
  }

  @Test
  void everyValueOfSchemaHasDefault() throws IOException {
    assertThat(ChartReadme.withoutDefault()).isEmpty();
  }

  @Test
  void readmeContainsNestedValueWithAllowedValues() throws IOException {
    assertThat(ChartReadme.text())
        .contains(
            "| `webhooks.failurePolicies.pods` | `\"\"` | Failure policy of the webhook for client"
                + " pods.")
        .contains("Allowed: empty, `Fail`, `Ignore`.");
  }
}
