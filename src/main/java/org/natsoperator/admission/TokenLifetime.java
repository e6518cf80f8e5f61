package org.natsoperator.admission;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a token of the kubelet is valid, in seconds; the kubelet renews it before. */
record TokenLifetime(long seconds) {

  /** What Kubernetes takes where nothing is said. */
  static final TokenLifetime DEFAULT = new TokenLifetime(3600);

  /** The least that an API server issues. */
  static final TokenLifetime SHORTEST = new TokenLifetime(600);

  /** A leaked token should not outlive the day; managed clusters cap it there as well. */
  static final TokenLifetime LONGEST = new TokenLifetime(86_400);

  private static final Pattern SECONDS = Pattern.compile("\\d{1,10}");
  private static final Pattern DURATION =
      Pattern.compile("(?:(\\d{1,7})h)?(?:(\\d{1,7})m)?(?:(\\d{1,10})s)?");

  /** Reads {@code 1h30m}, {@code 90m}, {@code 5400s} or {@code 5400}; empty if it is no such. */
  static Optional<TokenLifetime> parse(String text) {
    if (SECONDS.matcher(text).matches()) {
      return Optional.of(new TokenLifetime(Long.parseLong(text)));
    }
    Matcher duration = DURATION.matcher(text);
    return !text.isEmpty() && duration.matches()
        ? Optional.of(
            new TokenLifetime(
                3600 * part(duration, 1) + 60 * part(duration, 2) + part(duration, 3)))
        : Optional.empty();
  }

  TokenLifetime clamped() {
    return new TokenLifetime(Math.clamp(seconds, SHORTEST.seconds, LONGEST.seconds));
  }

  @Override
  public String toString() {
    return seconds + "s";
  }

  private static long part(Matcher duration, int group) {
    return duration.group(group) == null ? 0 : Long.parseLong(duration.group(group));
  }
}
