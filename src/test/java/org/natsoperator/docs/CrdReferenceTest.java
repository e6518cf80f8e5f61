package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class CrdReferenceTest {

  @Test
  void referenceMatchesCurrentCrds() throws IOException {
    assertThat(Files.readString(CrdReference.FILE))
        .as("run `make docs`")
        .isEqualTo(CrdReference.text());
  }

  @Test
  void referenceContainsNestedFieldsWithLimits() throws IOException {
    assertThat(CrdReference.text())
        .contains(
            "| `spec.size` | integer, default `1`, at least 1, at most 100 | Number of servers. |")
        .contains("| `spec.auth.allowedNamespaces` | list of string |")
        .contains("| `spec.gatewayConfig.gateways[].url` | string |")
        .contains("| `spec.permissions.publish` | list of string |")
        .contains("must be 30 or more, the minimum of nats-server")
        .contains("choose a shorter name")
        .doesNotContain("spec.pod.tolerations[].", "conditions[].");
  }
}
