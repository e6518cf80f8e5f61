package org.natsoperator.callout;

import java.time.Duration;

/**
 * Delays refusals, so that clients that try again at once take little time from the others. At most
 * {@link #MOST_PLACES} are taken by refusals that wait; further ones are sent at once.
 */
final class RefusalDelay {

  /** Shorter than the 2 seconds that most client libraries wait for an answer. */
  static final Duration LEAST = Duration.ofMillis(250);

  /** One cluster gets half of them. */
  static final int MOST_PLACES = 1_000;

  private final Duration least;
  private final ClusterPlaces places = new ClusterPlaces(MOST_PLACES);

  /**
   * @param least the time from a request to its refusal
   */
  RefusalDelay(Duration least) {
    this.least = least;
  }

  /**
   * Waits until the least time has passed since the request.
   *
   * @param cluster UID
   * @param count places that the request takes in memory
   * @param elapsed time since the request; negative if the clock was set back
   * @throws InterruptedException if the operator stops
   */
  void await(String cluster, int count, Duration elapsed) throws InterruptedException {
    Duration remaining = elapsed.isNegative() ? least : least.minus(elapsed);
    if (remaining.isPositive() && places.enter(cluster, count)) {
      try {
        Thread.sleep(remaining);
      } finally {
        places.leave(cluster, count);
      }
    }
  }
}
