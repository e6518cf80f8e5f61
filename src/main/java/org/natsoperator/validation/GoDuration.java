package org.natsoperator.validation;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Parses durations in Go's format, such as 1h30m, 2.5s or 800ms. */
public final class GoDuration {

  private GoDuration() {}

  /**
   * Returns the duration; empty if the text is not valid. It supports h, m, s and ms, in this
   * order, and a fraction only of seconds.
   */
  public static Optional<Duration> parse(String text) {
    if (!text.matches("[0-9.hms]{1,16}")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.endsWith("ms")
              ? Duration.ofMillis(Long.parseLong(text, 0, text.length() - 2, 10))
              : Duration.parse("PT" + text));
    } catch (DateTimeParseException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
