package org.natsoperator.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docs, chart, scripts, comments and string literals contain no archaic or bookish words. */
class PlainEnglishTest {

  private static final Pattern WORDS =
      Pattern.compile(
          "\\b([Aa]new|[Mm]end(s|ed|ing)?|[Bb]eside|[Ll]ies|[Ww]ho(so)?ever|[Ww]hatever|([Ss]ome|[Nn]o|[Ee]very)body|[Tt]old|[Tt]ells?|[Aa]lone|[Aa]s"
              + " long as|(be|get) rid of|for good|(?<![Tt]here )(is|are) (none|no"
              + " (?!longer|more)))\\b");

  private static final Set<String> OTHERS =
      Set.of(".git", "target", "LICENSE", "passwd", "PlainEnglishTest.java");

  @Test
  void isUsedInEveryFile() throws IOException {
    List<String> bookish = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(""))) {
      for (Path file : files.filter(Files::isRegularFile).filter(PlainEnglishTest::ours).toList()) {
        // Not as UTF-8, since some test data is not.
        Files.readString(file, StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> WORDS.matcher(line).find())
            .forEach(line -> bookish.add(file + ": " + line.strip()));
      }
    }
    assertThat(bookish).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Nobody reads it.", "It is none.", "\"%s\" is no name", "is made anew"})
  void findsBookishWords(String line) {
    assertThat(WORDS.matcher(line).find()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"the user _nobody", "There is no role.", "it is no longer", "believes"})
  void acceptsPlainWords(String line) {
    assertThat(WORDS.matcher(line).find()).isFalse();
  }

  private static boolean ours(Path file) {
    return Stream.of(file.toString().split("/")).noneMatch(OTHERS::contains);
  }
}
