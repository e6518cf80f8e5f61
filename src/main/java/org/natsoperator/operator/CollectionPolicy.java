package org.natsoperator.operator;

/**
 * Decides when a full collection is worth its pause, which is some 0.1 s for the webhooks: when the
 * old generation has grown by a tenth, checked three times a minute, and at once when it has grown
 * by half, so that many changes do not fill the heap with garbage. What these changes still used is
 * garbage some seconds later, so the last collection follows at least 20 s after such a growth.
 *
 * <p>Sizes are in bytes: {@code kept} is what was in use after the last full collection, {@code
 * used} is what is in use now.
 */
final class CollectionPolicy {

  /** A small heap may grow by more than its half. */
  private static final long MIN_EARLY_GROWTH = 16 << 20;

  /** The number of regular collections that follow without growth. */
  private volatile int following;

  /** Whether to collect at a check of every 20 s. */
  boolean regular(long kept, long used) {
    if (used > kept + kept / 10) {
      following = 1;
      return true;
    }
    boolean follows = following > 0;
    following = Math.max(0, following - 1);
    return follows;
  }

  /** Whether to collect at a check of every second. */
  boolean early(long kept, long used) {
    if (used <= kept + Math.max(kept / 2, MIN_EARLY_GROWTH)) {
      return false;
    }
    // The first may come right after this one.
    following = 2;
    return true;
  }
}
