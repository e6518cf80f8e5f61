package org.natsoperator.admission.inject;

import java.util.Optional;
import org.natsoperator.validation.GoDuration;

/** Lifetime of a token of the kubelet, which renews it earlier. */
record TokenExpiration(long seconds) {

  /** The default of Kubernetes. */
  static final TokenExpiration DEFAULT = new TokenExpiration(3600);

  /** Minimum that an API server accepts. */
  static final TokenExpiration SHORTEST = new TokenExpiration(600);

  /** A leaked token expires within a day; managed clusters have the same maximum. */
  static final TokenExpiration LONGEST = new TokenExpiration(86_400);

  /** Reads {@code 1h30m}, {@code 90m}, {@code 5400s} or {@code 5400}; empty if invalid. */
  static Optional<TokenExpiration> parse(String text) {
    return GoDuration.parse(text.matches("[0-9]{1,10}") ? text + "s" : text)
        .filter(lifetime -> lifetime.getNano() == 0)
        .map(lifetime -> new TokenExpiration(lifetime.toSeconds()));
  }

  TokenExpiration clamped() {
    return new TokenExpiration(Math.clamp(seconds, SHORTEST.seconds, LONGEST.seconds));
  }

  @Override
  public String toString() {
    return seconds + "s";
  }
}
