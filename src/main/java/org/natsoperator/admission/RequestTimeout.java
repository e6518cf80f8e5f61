package org.natsoperator.admission;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the API server waits: the query's {@code timeout}, as Go writes durations (1m0s, 2.5s,
 * 800ms).
 */
final class RequestTimeout {

  /** What a webhook has that says nothing; no webhook may have more than the second. */
  static final Duration DEFAULT = Duration.ofSeconds(10);

  static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Pattern PARAMETER =
      Pattern.compile("(?:^|&)timeout=([0-9.hms]{1,16})(?:&|$)");

  private RequestTimeout() {}

  /**
   * Never less than nothing, never more than the longest.
   *
   * @param query without question mark; null without one
   */
  static Duration of(String query) {
    Matcher parameter = PARAMETER.matcher(query == null ? "" : query);
    return parameter.find() ? parse(parameter.group(1)) : DEFAULT;
  }

  private static Duration parse(String text) {
    try {
      Duration timeout =
          text.endsWith("ms")
              ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
              : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
      return timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
    } catch (DateTimeParseException | NumberFormatException e) {
      return DEFAULT;
    }
  }
}
