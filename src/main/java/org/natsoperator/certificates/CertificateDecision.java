package org.natsoperator.certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.settings.WebhookProperties;

/**
 * The actions that follow from the observed certificates.
 *
 * <p>A CA is rotated in three steps: publish the next CA next to the current one, issue a
 * certificate with it, remove the old CA. Delays between the steps ensure that API servers trust
 * every certificate that a replica serves.
 *
 * @param serve certificate to serve; empty if none is available
 * @param publish CA bundle to write to every webhook; empty if they all have it
 * @param trusted whether API servers have trusted the certificate since the replica started
 * @param lastUntrusted last time when a webhook trusted only CAs of other certificates
 * @param notReadyReason why an API server may fail to call this replica; empty if it can
 */
record CertificateDecision(
    Optional<ServingCertificate> serve,
    Optional<CaBundle> publish,
    SecretChange secretChange,
    boolean trusted,
    Optional<Instant> lastUntrusted,
    String notReadyReason) {

  /** A change to the webhooks' Secret. */
  enum SecretChange {
    NONE,
    /** Generate a CA and a certificate. The existing ones are missing or not usable. */
    GENERATE_ALL,
    /** Add a CA that signs from now on. The served certificate remains. */
    ADD_CA,
    ISSUE_CERTIFICATE,
    REMOVE_OLD_CAS
  }

  /** Precedes the first decision. */
  static final CertificateDecision START =
      new CertificateDecision(
          Optional.empty(),
          Optional.empty(),
          SecretChange.NONE,
          false,
          Optional.empty(),
          "the certificate has not been checked yet");

  static CertificateDecision of(ObservedCertificates observed) {
    CertificateDecision previous = observed.previous();
    Optional<ServingCertificate> serve = serve(observed);
    Optional<Instant> lastUntrusted =
        serve
            .filter(observed::isUntrusted)
            .map(certificate -> observed.now())
            .or(previous::lastUntrusted);
    boolean trusted = previous.trusted() || isTrusted(serve, lastUntrusted, observed);
    return new CertificateDecision(
        serve,
        publish(observed),
        observed.settings().generateCertificates() ? secretChange(observed) : SecretChange.NONE,
        trusted,
        lastUntrusted,
        notReadyReason(serve, trusted, observed));
  }

  /**
   * Keeps a replica unready after its start until API servers have received the CA of its
   * certificate. Without another CA before, API servers did not call any replica, and no delay is
   * necessary. Once trusted, a replica stays so: a damaged webhook configuration must not make all
   * replicas unready at once.
   */
  private static boolean isTrusted(
      Optional<ServingCertificate> serve,
      Optional<Instant> lastUntrusted,
      ObservedCertificates observed) {
    return serve.filter(observed::isTrusted).isPresent()
        && (lastUntrusted.isEmpty()
            || observed.isOver(observed.settings().caPropagationDelay(), lastUntrusted));
  }

  /** Keeps the current certificate until API servers trust the one in the Secret. */
  private static Optional<ServingCertificate> serve(ObservedCertificates observed) {
    Optional<ServingCertificate> current = observed.previous().serve();
    Optional<ServingCertificate> next = observed.files().serving();
    if (current.isEmpty() || next.isEmpty() || observed.isExpired(current.get().certificate())) {
      return next.or(() -> current);
    }
    boolean isPublished =
        observed.files().cas().trusts(next.get()) && observed.publishedSince().isPresent();
    boolean canReplace = observed.isPropagated() || !observed.isTrusted(current.get());
    return isPublished && canReplace ? next : current;
  }

  /**
   * Keeps all published CAs during the overlap, as other replicas may serve certificates of them.
   * An added CA starts a new overlap: a newer replica with another Secret needs it, for example.
   */
  private static Optional<CaBundle> publish(ObservedCertificates observed) {
    CaBundle own = observed.files().cas();
    boolean isOverlapOver =
        Stream.of(observed.publishedSince(), observed.publication().lastAddition())
            .allMatch(start -> observed.isOver(observed.settings().caOverlap(), start));
    CaBundle bundle = isOverlapOver ? own : own.and(observed.published());
    return own.isEmpty() || observed.published().stream().allMatch(bundle::isSame)
        ? Optional.empty()
        : Optional.of(bundle);
  }

  private static SecretChange secretChange(ObservedCertificates observed) {
    CertificateFiles files = observed.files();
    if (files.caKey().isEmpty() || observed.isExpired(files.cas().first())) {
      return SecretChange.GENERATE_ALL;
    }
    Optional<ServingCertificate> usable =
        files
            .serving()
            .filter(serving -> serving.isValidFor(observed.settings().hosts()))
            .filter(files.cas()::trusts)
            .filter(serving -> !observed.isExpired(serving.certificate()));
    if (usable.isEmpty()) {
      return SecretChange.ISSUE_CERTIFICATE;
    }
    return observed.isDue(files.cas().first())
        ? SecretChange.ADD_CA
        : renew(files.cas(), usable.get().certificate(), observed);
  }

  private static SecretChange renew(
      CaBundle cas, X509Certificate serving, ObservedCertificates observed) {
    if (!CaBundle.isSignedBy(cas.first(), serving)) {
      return observed.isPropagated() ? SecretChange.ISSUE_CERTIFICATE : SecretChange.NONE;
    }
    if (observed.isDue(serving)) {
      return SecretChange.ISSUE_CERTIFICATE;
    }
    Optional<Instant> issued = Optional.of(ObservedCertificates.createdAt(serving));
    return cas.certificates().size() > 1 && observed.isOver(observed.settings().caOverlap(), issued)
        ? SecretChange.REMOVE_OLD_CAS
        : SecretChange.NONE;
  }

  private static String notReadyReason(
      Optional<ServingCertificate> serve, boolean trusted, ObservedCertificates observed) {
    WebhookProperties settings = observed.settings();
    String secret = "Secret " + settings.secret() + ": ";
    if (serve.isEmpty()) {
      return secret + "tls.crt and tls.key are missing or invalid";
    }
    if (observed.isExpired(serve.get().certificate())) {
      return secret + "tls.crt has expired";
    }
    if (!serve.get().isValidFor(settings.hosts())) {
      return secret + "tls.crt must have the DNS names " + String.join(", ", settings.hosts());
    }
    if (observed.published().isEmpty()) {
      return "webhook configurations not found; install the chart";
    }
    if (observed.isTrusted(serve.get())) {
      return trusted ? "" : "the CA was published recently; API servers may not trust it yet";
    }
    return observed.files().cas().trusts(serve.get())
        ? "a webhook configuration does not trust the certificate yet"
        : secret + "ca.crt must contain the CA of tls.crt";
  }
}
