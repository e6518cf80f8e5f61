package org.natsoperator.certificates;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.natsoperator.settings.WebhookProperties;
import org.natsoperator.testing.WebhookPropertiesFixture;

/** Builds an {@link ObservedCertificates}. All CAs of the files are published since START. */
final class Observation {

  static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

  private CertificateFiles files;
  private List<CaBundle> published;
  private CaPublication publication;
  private CertificateDecision previous = CertificateDecision.START;
  private List<String> hosts = List.of("a");
  private boolean generate = true;
  private Instant now = START;

  private Observation(CertificateFiles files) {
    this.files = files;
    published(files.cas());
    publishedSince(START, files.cas());
  }

  static Observation of(CertificateFiles files) {
    return new Observation(files);
  }

  Observation published(CaBundle... bundles) {
    published = List.of(bundles);
    return this;
  }

  Observation publishedSince(Instant since, CaBundle cas) {
    var times =
        cas.certificates().stream().collect(Collectors.toMap(Function.identity(), ca -> since));
    return publication(new CaPublication(times, times));
  }

  Observation publication(CaPublication history) {
    publication = history;
    return this;
  }

  Observation serving(Optional<ServingCertificate> served) {
    return after(
        new CertificateDecision(
            served,
            Optional.empty(),
            CertificateDecision.SecretChange.NONE,
            true,
            Optional.empty(),
            ""));
  }

  Observation after(CertificateDecision decision) {
    previous = decision;
    return this;
  }

  /** The operator does not generate the content of the Secret. */
  Observation givenSecret() {
    generate = false;
    return this;
  }

  Observation hosts(String... names) {
    hosts = List.of(names);
    return this;
  }

  Observation at(Instant time) {
    now = time;
    return this;
  }

  /** The time is that many seconds after START. */
  Observation at(int second) {
    return at(START.plusSeconds(second));
  }

  CertificateDecision decide() {
    return CertificateDecision.of(
        new ObservedCertificates(
            settings(generate, hosts), files, published, publication, previous, now));
  }

  /** A CA lives for 90 days, a certificate for 9 days. */
  static WebhookProperties settings(boolean generate, List<String> hosts) {
    return WebhookPropertiesFixture.enabled().generateCertificates(generate).hosts(hosts).build();
  }

  /** Generates a CA and a certificate. */
  static CertificateFiles generated(Instant now) {
    return apply(CertificateDecision.SecretChange.GENERATE_ALL, CertificateFiles.NONE, now);
  }

  static CertificateFiles apply(
      CertificateDecision.SecretChange change, CertificateFiles files, Instant now) {
    return new CertificateFactory(settings(true, List.of("a"))).apply(change, files, now);
  }

  /** Returns a bundle with the CAs of these files. */
  static CaBundle cas(CertificateFiles... files) {
    return CaBundle.EMPTY.and(Stream.of(files).map(CertificateFiles::cas).toList());
  }
}
