package org.natsoperator.certificates;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Which certificate a replica serves: what the Secret offers, but not before the API servers trust
 * it.
 */
final class ServedLeaf {

  private ServedLeaf() {}

  /**
   * Chooses.
   *
   * @param current what is served; empty right after the start
   * @param publication of the CAs that came with the offered one
   * @param published what each webhook trusts
   */
  static Optional<Leaf> choose(
      Optional<Leaf> current,
      CertificateFiles offered,
      Publication publication,
      List<Bundle> published,
      Duration settle,
      Instant now) {
    if (offered.leaf().isEmpty()) {
      return current;
    }
    if (current.isEmpty() || Lifetimes.isExpired(current.get().certificate(), now)) {
      return offered.leaf();
    }
    if (!offered.authorities().trusts(offered.leaf().get()) || publication.since().isEmpty()) {
      return current;
    }
    boolean currentFails = !published.stream().allMatch(bundle -> bundle.trusts(current.get()));
    return currentFails || publication.lasts(settle, now) ? offered.leaf() : current;
  }
}
