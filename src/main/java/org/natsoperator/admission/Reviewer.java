package org.natsoperator.admission;

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
}
