package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The versions in the table of client libraries are those that {@code ClientLibrariesIT} uses. */
class ClientLibraryVersionsTest {

  private static final Path PAGE = Path.of("docs/projected-tokens.md");

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          Java,       pom.xml,                                 <jnats.version>(.*)</jnats.version>
          Go,         src/test/clients/go/go.mod,              nats.go v(.*)
          JavaScript, src/test/clients/javascript/package.json, transport-node\": \"(.*)\"
          Python,     src/test/clients/python/requirements.txt, nats-py==(.*)
          """)
  void areThoseOfTheTest(String language, Path file, Pattern version) throws IOException {
    String row = "\\| " + language + " \\([^|]*\\|[^|]*\\| (.*?) \\|";
    assertThat(first(Pattern.compile(row), PAGE)).isEqualTo(first(version, file));
  }

  private static String first(Pattern pattern, Path file) throws IOException {
    return pattern.matcher(Files.readString(file)).results().findFirst().orElseThrow().group(1);
  }
}
