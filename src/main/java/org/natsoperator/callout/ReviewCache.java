package org.natsoperator.callout;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.natsoperator.callout.ObservedLogin.Review;

/**
 * The latest answers of the API server about tokens, by their hash. A deletion is visible in the
 * watched objects at once, so the answers may be older.
 */
final class ReviewCache {

  static final Duration CONFIRMED_FOR = Duration.ofSeconds(60);
  static final Duration DENIED_FOR = Duration.ofSeconds(5);

  /** Some 200 bytes each. */
  static final int MAX_ENTRIES = 20_000;

  private record Answer(Review review, Instant end) {}

  private final Map<String, Answer> entries =
      new LinkedHashMap<>() {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Answer> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  /** The answer; null if it is not known or too old. */
  synchronized Review get(String key, Instant now) {
    Answer entry = entries.get(key);
    return entry != null && now.isBefore(entry.end()) ? entry.review() : null;
  }

  /**
   * Remembers an answer, but never longer than the token is valid.
   *
   * @return the answer, or {@link Review#DENIED_ONCE} for a denial that does not follow another one
   */
  synchronized Review put(String key, Review review, Instant expiry, Instant now) {
    if (review == Review.UNANSWERED) {
      return review;
    }
    Answer before = entries.remove(key);
    boolean isFirst = before == null || before.review() == Review.CONFIRMED;
    Review result = review == Review.DENIED && isFirst ? Review.DENIED_ONCE : review;
    Instant end = now.plus(result == Review.CONFIRMED ? CONFIRMED_FOR : DENIED_FOR);
    entries.put(key, new Answer(result, end.isBefore(expiry) ? end : expiry));
    return result;
  }
}
