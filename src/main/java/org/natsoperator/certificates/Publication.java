package org.natsoperator.certificates;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Since when every webhook trusts the CAs that are to be published.
 *
 * @param authorities these
 * @param since empty if a webhook does not trust one of them, or if there is no webhook
 * @param there all CAs that were published at the last look
 * @param joined when last one of them was new
 */
record Publication(
    Bundle authorities, Optional<Instant> since, Bundle there, Optional<Instant> joined) {

  private static final Bundle NOBODY = new Bundle(List.of());

  static final Publication NONE =
      new Publication(NOBODY, Optional.empty(), NOBODY, Optional.empty());

  /**
   * The next look. CAs that are newly to be published may have been so between two looks: their
   * time begins with this one.
   *
   * @param published what each webhook trusts
   */
  Publication seen(Bundle wanted, List<Bundle> published, Instant now) {
    Bundle everything = NOBODY.and(published);
    boolean complete =
        !wanted.isEmpty()
            && !published.isEmpty()
            && published.stream().allMatch(bundle -> bundle.contains(wanted));
    Instant first = authorities.contains(wanted) ? since.orElse(now) : now;
    return new Publication(
        wanted,
        complete ? Optional.of(first) : Optional.empty(),
        everything,
        there.contains(everything) ? joined : Optional.of(now));
  }

  boolean lasts(Duration time, Instant now) {
    return isOver(since, time, now);
  }

  /**
   * What is to be published. Until the grace is over, what is there stays: somebody may still serve
   * a certificate of it. One that came in meanwhile is of a newer replica, which has a grace too:
   * to take it away would keep that one from ever being called.
   *
   * @param published what each webhook trusts
   */
  Bundle wanted(List<Bundle> published, Duration grace, Instant now) {
    boolean over = lasts(grace, now) && isOver(joined, grace, now);
    return authorities.isEmpty() || over ? authorities : authorities.and(published);
  }

  private static boolean isOver(Optional<Instant> begin, Duration time, Instant now) {
    return begin.filter(instant -> !instant.plus(time).isAfter(now)).isPresent();
  }
}
