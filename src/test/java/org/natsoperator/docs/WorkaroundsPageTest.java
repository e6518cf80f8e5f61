package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/workarounds.md names only tests that exist. */
class WorkaroundsPageTest {

  private static final Pattern TEST =
      Pattern.compile("`(?:\\w+\\.)?(\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  @Test
  void namesOnlyTestsThatExist() throws IOException {
    Map<String, String> sources = sources();
    List<MatchResult> tests =
        TEST.matcher(Files.readString(Path.of("docs/workarounds.md"))).results().toList();

    assertThat(tests).hasSizeGreaterThan(80);
    assertThat(tests)
        .allSatisfy(
            test -> {
              assertThat(sources).containsKey(test.group(1));
              if (test.group(2) != null) {
                assertThat(sources.get(test.group(1))).contains(" " + test.group(2) + "(");
              }
            });
  }

  /** The text of test classes by name; two classes of one name count as one. */
  private static Map<String, String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  WorkaroundsPageTest::text,
                  String::concat));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
