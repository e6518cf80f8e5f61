package org.natsoperator.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** README.md and the pages of docs/, for tests that compare them with the code. */
public final class Handbook {

  private static final Path README = Path.of("README.md");
  private static final Path CONDITIONS = Path.of("docs/status-and-conditions.md");
  private static final Path METRICS = Path.of("docs/metrics-and-alerts.md");

  private Handbook() {}

  /** The reasons in the table under this heading. */
  public static List<String> reasons(String heading) {
    String chapter =
        text(CONDITIONS)
            .split("(?m)^## " + Pattern.quote(heading) + "$", 2)[1]
            .split("(?m)^#", 2)[0];
    return all("(?m)^\\| `(\\w+)` \\|", chapter);
  }

  /** All metrics on the page of metrics and alerts. */
  public static List<String> metrics() {
    return all("\\b((?:nats_operator|reconciliations|jvm_memory)_\\w+)", text(METRICS));
  }

  /** The row of a metric in the table of metrics. */
  public static String metric(String name) {
    return text(METRICS)
        .lines()
        .filter(line -> line.startsWith("| `" + name + "`"))
        .findFirst()
        .orElseThrow();
  }

  /** The fields in the rows with this status in the table of supported fields. */
  public static List<String> fieldsWithStatus(String status) {
    String rows =
        text(README)
            .lines()
            .filter(line -> line.contains(" | " + status + " | "))
            .collect(Collectors.joining("\n"));
    return all("`(spec\\.[\\w.]+)`", rows);
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
