package org.natsoperator.certificates;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether the API server can call this replica. */
final class Trust {

  private Trust() {}

  /**
   * What is in the way, and the remedy; empty if nothing is.
   *
   * @param hosts by which names the API server calls
   * @param published what each webhook trusts
   */
  static String trouble(
      Optional<Leaf> served,
      CertificateFiles files,
      List<String> hosts,
      List<Bundle> published,
      Instant now) {
    if (served.isEmpty()) {
      return "the Secret of the webhooks holds no certificate (tls.crt and tls.key)";
    }
    if (Lifetimes.isExpired(served.get().certificate(), now)) {
      return "the webhooks' certificate has expired";
    }
    if (!served.get().names(hosts)) {
      return "the webhooks' certificate must have the DNS names " + String.join(", ", hosts);
    }
    if (published.isEmpty()) {
      return "no webhook configuration is there: install the chart";
    }
    if (published.stream().allMatch(bundle -> bundle.trusts(served.get()))) {
      return "";
    }
    return files.authorities().trusts(served.get())
        ? "not every webhook configuration trusts the certificate yet"
        : "the Secret of the webhooks must hold in ca.crt the CA of tls.crt";
  }
}
