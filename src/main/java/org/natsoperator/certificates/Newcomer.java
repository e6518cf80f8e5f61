package org.natsoperator.certificates;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A replica that has just started and is not called yet. It serves the certificate that is there,
 * which may be one of a CA that is not published yet: once it sees it come in, it waits until every
 * API server has seen that CA, as replicas do that serve already. Where nothing was published
 * before, nobody calls, and it need not wait.
 *
 * @param welcome whether it may be called; once it may, it stays so
 * @param stranger when last a webhook trusted others and not this replica
 */
record Newcomer(boolean welcome, Optional<Instant> stranger) {

  static final Newcomer STARTED = new Newcomer(false, Optional.empty());

  /**
   * The next look.
   *
   * @param published what each webhook trusts
   */
  Newcomer seen(Optional<Leaf> served, List<Bundle> published, Duration settle, Instant now) {
    if (welcome || served.isEmpty() || published.isEmpty()) {
      return this;
    }
    if (published.stream().allMatch(bundle -> bundle.trusts(served.get()))) {
      boolean known = stranger.filter(last -> last.plus(settle).isAfter(now)).isEmpty();
      return new Newcomer(known, stranger);
    }
    boolean called = published.stream().anyMatch(bundle -> isStrangerTo(bundle, served.get()));
    return called ? new Newcomer(false, Optional.of(now)) : this;
  }

  /** Why it must not be called yet; empty if it may. */
  String trouble() {
    return welcome ? "" : "the certificate's CA was published only now; API servers may not know";
  }

  private static boolean isStrangerTo(Bundle bundle, Leaf served) {
    return !bundle.isEmpty() && !bundle.trusts(served);
  }
}
