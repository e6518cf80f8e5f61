package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Reasons come from the lists that tests compare with the docs. A string literal would not be
 * compared.
 */
class ReasonLiteralsTest {

  private static final Pattern LITERAL =
      Pattern.compile(
          "(Conditions\\.(met|unmet|unknown)\\([^\"();]*|new"
              + " (Unbound|NoCluster)\\(\\s*|unbound\\(\\s*)\"\\w+\"");

  @Test
  void noReasonIsStringLiteral() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        List<String> literals =
            LITERAL.matcher(Files.readString(source)).results().map(MatchResult::group).toList();
        assertThat(literals).as(source.toString()).isEmpty();
      }
    }
  }

  @Test
  void findsStringLiteral() {
    assertThat(
            List.of(
                "Conditions.unmet(READY, \"Invalid\", message)",
                "new Unbound(\n        \"Invalid\", message)",
                "new NoCluster(\"ClusterNotFound\", text)"))
        .allSatisfy(code -> assertThat(LITERAL.matcher(code).find()).isTrue());
    assertThat(
            LITERAL.matcher("Conditions.unmet(READY, RoleReasons.INVALID, \"a message\")").find())
        .isFalse();
  }
}
