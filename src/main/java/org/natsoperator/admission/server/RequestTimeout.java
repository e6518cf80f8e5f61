package org.natsoperator.admission.server;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.natsoperator.validation.GoDuration;

/** The query parameter {@code timeout}: how long the API server waits for the response. */
final class RequestTimeout {

  /** Timeout of a webhook configuration that sets none. */
  static final Duration DEFAULT = Duration.ofSeconds(10);

  /** Maximum that the API server accepts in a webhook configuration. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  private static final Pattern PARAMETER = Pattern.compile("(?:^|&)timeout=([^&]*)(?:&|$)");

  private RequestTimeout() {}

  /**
   * Returns a duration from zero to {@link #LONGEST}.
   *
   * @param query without question mark; null without one
   */
  static Duration of(String query) {
    Matcher parameter = PARAMETER.matcher(query == null ? "" : query);
    Duration timeout =
        parameter.find() ? GoDuration.parse(parameter.group(1)).orElse(DEFAULT) : DEFAULT;
    return timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
  }
}
