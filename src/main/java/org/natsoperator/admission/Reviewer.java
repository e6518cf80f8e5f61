package org.natsoperator.admission;

import java.time.Duration;
import java.time.Instant;

/**
 * Judges the reviews of one webhook. Its own faults are exceptions, so that the webhook's
 * failurePolicy decides. A bean of this type answers at the path that is its name, such as
 * {@code @Component(WebhookPaths.PODS)}.
 */
interface Reviewer {

  /**
   * While a review is judged: by when the API server wants the answer, for who reads something
   * live.
   */
  ScopedValue<Instant> DEADLINE = ScopedValue.newInstance();

  Answer review(Review review);

  /** All that it looks at of the objects; the rest of them is not read. */
  default TreeParts parts() {
    return TreeParts.WHOLE;
  }

  /**
   * How long to wait for something that is read live: half of what is left until the deadline,
   * since a review may need two such reads.
   *
   * @param longest also where there is more time, or no deadline
   */
  static Duration patience(Duration longest, Instant now) {
    if (!DEADLINE.isBound()) {
      return longest;
    }
    Duration half = Duration.between(now, DEADLINE.get()).dividedBy(2);
    return half.compareTo(longest) < 0 ? half : longest;
  }
}
