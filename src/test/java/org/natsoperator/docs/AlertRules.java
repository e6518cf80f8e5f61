package org.natsoperator.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Copies the alerts of the chart into docs/metrics-and-alerts.md. */
final class AlertRules {

  static final Path FILE = Path.of("charts/nats-operator/files/alerts.yaml");
  static final Path PAGE = Path.of("docs/metrics-and-alerts.md");

  private static final Pattern BLOCK = Pattern.compile("(?s)```yaml\ngroups:.*?```");

  private AlertRules() {}

  /** The page with the current alerts. */
  static String page() throws IOException {
    String rules = "```yaml\n" + Files.readString(FILE) + "```";
    return BLOCK.matcher(Files.readString(PAGE)).replaceFirst(Matcher.quoteReplacement(rules));
  }
}
