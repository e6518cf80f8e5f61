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
 */
record Publication(Bundle authorities, Optional<Instant> since) {

  static final Publication NONE = new Publication(new Bundle(List.of()), Optional.empty());

  /**
   * The next look. CAs that are newly to be published may have been so between two looks: their
   * time begins with this one.
   *
   * @param published what each webhook trusts
   */
  Publication seen(Bundle wanted, List<Bundle> published, Instant now) {
    boolean complete =
        !wanted.isEmpty()
            && !published.isEmpty()
            && published.stream().allMatch(bundle -> bundle.contains(wanted));
    if (!complete) {
      return new Publication(wanted, Optional.empty());
    }
    Instant first = authorities.contains(wanted) ? since.orElse(now) : now;
    return new Publication(wanted, Optional.of(first));
  }

  boolean lasts(Duration time, Instant now) {
    return since.filter(begin -> !begin.plus(time).isAfter(now)).isPresent();
  }

  /**
   * What is to be published. Until the grace is over, what is there stays: somebody may still serve
   * a certificate of it.
   *
   * @param published what each webhook trusts
   */
  Bundle wanted(List<Bundle> published, Duration grace, Instant now) {
    return authorities.isEmpty() || lasts(grace, now) ? authorities : authorities.and(published);
  }
}
