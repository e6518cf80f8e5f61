package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md names only classes and packages that exist. */
class ArchitecturePageTest {

  private static final Pattern CLASS = Pattern.compile("`(?:[a-z.]+\\.)?([A-Z]\\w+)[.\\w]*`");
  private static final Pattern PACKAGE = Pattern.compile("(?m)^(?:│ )?[├└] (\\w+) ");

  @Test
  void namesOnlyClassesThatExist() throws IOException {
    assertThat(matches(CLASS)).hasSizeGreaterThan(30).isSubsetOf(existing(".java"));
  }

  @Test
  void namesEveryPackage() throws IOException {
    Set<String> packages;
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/org/natsoperator"))) {
      packages =
          files
              .filter(file -> file.endsWith("package-info.java"))
              .map(file -> file.getParent().getFileName().toString())
              .filter(name -> !name.equals("natsoperator"))
              .collect(Collectors.toSet());
    }
    assertThat(matches(PACKAGE)).isEqualTo(packages);
  }

  private static Set<String> matches(Pattern pattern) throws IOException {
    return pattern
        .matcher(Files.readString(Path.of("ARCHITECTURE.md")))
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toSet());
  }

  private static Set<String> existing(String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(suffix))
          .map(name -> name.substring(0, name.length() - suffix.length()))
          .collect(Collectors.toSet());
    }
  }
}
