package org.natsoperator.certificates;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to do next to certificates that the operator makes itself. A CA is replaced in three steps:
 * the next one is published beside it, then signs what is served, then the old one goes. Between
 * them time passes, so that no API server ever meets a certificate whose CA it does not know.
 */
enum CertificatePlan {
  /** Nothing is there, or nothing that is still of use. */
  MAKE_ALL,
  /** From now on another CA signs; what is served stays. */
  ADD_AUTHORITY,
  MAKE_LEAF,
  DROP_OLD_AUTHORITIES,
  NOTHING;

  /**
   * Decides.
   *
   * @param hosts the names that the API server calls
   * @param publishedSince since when every webhook trusts all CAs of the files; empty if one does
   *     not
   */
  static CertificatePlan next(
      CertificateFiles files,
      List<String> hosts,
      Lifetimes lifetimes,
      Optional<Instant> publishedSince,
      Instant now) {
    Optional<Authority> authority = files.authority();
    if (authority.isEmpty() || Lifetimes.isExpired(authority.get().certificate(), now)) {
      return MAKE_ALL;
    }
    if (files.leaf().filter(leaf -> isUsable(leaf, files, hosts, now)).isEmpty()) {
      return MAKE_LEAF;
    }
    if (Lifetimes.isDue(authority.get().certificate(), now)) {
      return ADD_AUTHORITY;
    }
    return renew(files, authority.get(), lifetimes, publishedSince, now);
  }

  private static CertificatePlan renew(
      CertificateFiles files,
      Authority authority,
      Lifetimes lifetimes,
      Optional<Instant> publishedSince,
      Instant now) {
    Leaf leaf = files.leaf().orElseThrow();
    if (!Bundle.signed(authority.certificate(), leaf.certificate())) {
      boolean settled =
          publishedSince.filter(since -> !since.plus(lifetimes.settle()).isAfter(now)).isPresent();
      return settled ? MAKE_LEAF : NOTHING;
    }
    if (Lifetimes.isDue(leaf.certificate(), now)) {
      return MAKE_LEAF;
    }
    Instant served = Lifetimes.madeAt(leaf.certificate()).plus(lifetimes.grace());
    boolean old = files.authorities().authorities().size() > 1;
    return old && !served.isAfter(now) ? DROP_OLD_AUTHORITIES : NOTHING;
  }

  private static boolean isUsable(
      Leaf leaf, CertificateFiles files, List<String> hosts, Instant now) {
    return leaf.names(hosts)
        && files.authorities().trusts(leaf)
        && !Lifetimes.isExpired(leaf.certificate(), now);
  }
}
