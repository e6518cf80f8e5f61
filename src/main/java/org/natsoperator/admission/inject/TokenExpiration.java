package org.natsoperator.admission.inject;

import java.util.Optional;
import org.natsoperator.validation.GoDuration;

/** How long a token of the kubelet is valid, in seconds; the kubelet renews it before. */
record TokenExpiration(long seconds) {

  /** What Kubernetes takes where nothing is said. */
  static final TokenExpiration DEFAULT = new TokenExpiration(3600);

  /** The least that an API server issues. */
  static final TokenExpiration SHORTEST = new TokenExpiration(600);

  /** A leaked token should not outlive the day; managed clusters cap it there as well. */
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
