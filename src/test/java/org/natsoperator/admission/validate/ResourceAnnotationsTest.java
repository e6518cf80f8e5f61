package org.natsoperator.admission.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ResourceAnnotationsTest {

  /** Annotations that the Go operator set. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of("nats.io/cas", "nats.io/clas", "nats.io/gas", "nats.io/nsr");

  @Test
  void documentationListsAnnotationsOfClusters() throws IOException {
    assertThat(rows("clusters.*|both"))
        .doesNotContainAnyElementsOf(WITHOUT_EFFECT)
        .containsExactlyInAnyOrderElementsOf(
            ResourceAnnotations.OF_CLUSTERS.stream()
                .filter(name -> !WITHOUT_EFFECT.contains(name))
                .toList());
  }

  @Test
  void documentationListsAnnotationsOfRoles() throws IOException {
    assertThat(rows("roles|both"))
        .containsExactlyInAnyOrderElementsOf(ResourceAnnotations.OF_ROLES);
  }

  /** The annotations with this text in the second column of their row. */
  private static List<String> rows(String kinds) throws IOException {
    return Pattern.compile("(?m)^\\| `(nats\\.io/[\\w-]+)` \\| (?:%s) \\|".formatted(kinds))
        .matcher(Files.readString(Path.of("docs/validation-rules.md")))
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
