package org.natsoperator.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** docs/operations.md, for tests that it says what the code does. */
public final class Handbook {

  private static final Path FILE = Path.of("docs/operations.md");

  private Handbook() {}

  /** First cells of the table under a heading. */
  public static List<String> table(String heading) {
    String chapter =
        text().split("(?m)^### " + Pattern.quote(heading) + "$", 2)[1].split("(?m)^#", 2)[0];
    return all("(?m)^\\| `(\\w+)` \\|", chapter);
  }

  /** Every metric that is named anywhere. */
  public static List<String> metrics() {
    return all("\\b((?:nats_operator|reconciliations)_\\w+)", text());
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private static String text() {
    try {
      return Files.readString(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
