package org.natsoperator.certificates;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.natsoperator.settings.WebhookProperties;

/**
 * The state that a {@link CertificateDecision} is based on.
 *
 * @param settings DNS names, lifetimes and delays
 * @param files content of the webhooks' Secret
 * @param published CA bundle of each webhook in the webhook configurations
 * @param publication since when the CAs have been published, including this observation
 * @param previous the previous decision
 */
record ObservedCertificates(
    WebhookProperties settings,
    CertificateFiles files,
    List<CaBundle> published,
    CaPublication publication,
    CertificateDecision previous,
    Instant now) {

  /** Generated certificates are valid from this time before their creation, as clocks differ. */
  static final Duration BACKDATE = Duration.ofHours(1);

  boolean isExpired(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().isBefore(now);
  }

  /** Whether at most a third of the lifetime is left, which leaves time to retry a renewal. */
  boolean isDue(X509Certificate certificate) {
    Instant end = certificate.getNotAfter().toInstant();
    Duration third = Duration.between(createdAt(certificate), end).dividedBy(3);
    return !now.isBefore(end.minus(third));
  }

  /** Returns the creation time of a certificate that the operator generated. */
  static Instant createdAt(X509Certificate certificate) {
    return certificate.getNotBefore().toInstant().plus(BACKDATE);
  }

  /** Whether every webhook trusts the certificate; false without webhooks. */
  boolean isTrusted(ServingCertificate certificate) {
    return !published.isEmpty()
        && published.stream().allMatch(bundle -> bundle.trusts(certificate));
  }

  /** Whether a webhook trusts only CAs of other certificates. */
  boolean isUntrusted(ServingCertificate certificate) {
    return published.stream().anyMatch(bundle -> !bundle.isEmpty() && !bundle.trusts(certificate));
  }

  /** Returns since when every webhook trusts the CAs of the Secret; empty if one does not. */
  Optional<Instant> publishedSince() {
    return publication.since(files.cas());
  }

  /** Whether every API server has received the CAs of the Secret. */
  boolean isPropagated() {
    return isOver(settings.caPropagationDelay(), publishedSince());
  }

  /** Whether a period is over; false if it has not started. */
  boolean isOver(Duration period, Optional<Instant> start) {
    return start.filter(instant -> !now.isBefore(instant.plus(period))).isPresent();
  }
}
