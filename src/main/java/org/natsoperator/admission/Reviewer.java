package org.natsoperator.admission;

/** Judges the reviews of one webhook. Its own faults are exceptions, so that the webhook's failurePolicy decides. */
interface Reviewer {

  Answer review(Review review);
}
