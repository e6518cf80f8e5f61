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

/** The page on client pods lists exactly the existing annotations and variables. */
class ClientPodsPageTest {

  private static final String NAMES = "\\bnats\\.io/[a-z][-a-z]+|\\bNATS_[A-Z_]+";
  private static final Path SOURCES = Path.of("src/main/java/org/natsoperator");

  @Test
  void listsExactlyExistingNames() throws IOException {
    String code =
        Files.readString(SOURCES.resolve("admission/inject/InjectionAnnotations.java"))
            + Files.readString(SOURCES.resolve("admission/inject/ClientEnv.java"));
    String page = Files.readString(Path.of("docs/client-pods.md"));

    assertThat(names("\"(%s)\"".formatted(NAMES), code))
        .hasSize(13)
        .allSatisfy(name -> assertThat(page).contains("`" + name));
    assertThat(names("`(%s)".formatted(NAMES), page))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    names("\"(%s)\"".formatted(NAMES), code).stream(),
                    Stream.of("nats.io/cluster-namespace"))
                .toList());
  }

  private static List<String> names(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .distinct()
        .toList();
  }
}
