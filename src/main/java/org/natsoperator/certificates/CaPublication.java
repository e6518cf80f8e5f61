package org.natsoperator.certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Since when CAs have been published in the webhook configurations.
 *
 * @param partial since when at least one webhook trusts a CA
 * @param complete since when every webhook trusts a CA
 */
record CaPublication(
    Map<X509Certificate, Instant> partial, Map<X509Certificate, Instant> complete) {

  static final CaPublication NONE = new CaPublication(Map.of(), Map.of());

  /**
   * Adds an observation.
   *
   * @param published CA bundle of each webhook
   */
  CaPublication observe(List<CaBundle> published, Instant now) {
    List<X509Certificate> all = CaBundle.EMPTY.and(published).certificates();
    List<X509Certificate> common =
        all.stream()
            .filter(ca -> published.stream().allMatch(bundle -> bundle.contains(ca)))
            .toList();
    return new CaPublication(update(partial, all, now), update(complete, common, now));
  }

  /** Returns since when every webhook trusts all of these CAs; empty if one does not. */
  Optional<Instant> since(CaBundle cas) {
    return complete.keySet().containsAll(cas.certificates())
        ? cas.certificates().stream().map(complete::get).max(Comparator.naturalOrder())
        : Optional.empty();
  }

  /** Returns since when a webhook has trusted the CA that was published last. */
  Optional<Instant> lastAddition() {
    return partial.values().stream().max(Comparator.naturalOrder());
  }

  private static Map<X509Certificate, Instant> update(
      Map<X509Certificate, Instant> before, List<X509Certificate> cas, Instant now) {
    return cas.stream()
        .collect(
            Collectors.toUnmodifiableMap(Function.identity(), ca -> before.getOrDefault(ca, now)));
  }
}
