package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.certificates.CertificateDecision.SecretChange.ADD_CA;
import static org.natsoperator.certificates.CertificateDecision.SecretChange.GENERATE_ALL;
import static org.natsoperator.certificates.CertificateDecision.SecretChange.ISSUE_CERTIFICATE;
import static org.natsoperator.certificates.CertificateDecision.SecretChange.NONE;
import static org.natsoperator.certificates.CertificateDecision.SecretChange.REMOVE_OLD_CAS;
import static org.natsoperator.certificates.Observation.START;
import static org.natsoperator.certificates.Observation.apply;
import static org.natsoperator.certificates.Observation.cas;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.natsoperator.certificates.CertificateDecision.SecretChange;

class CertificateDecisionTest {

  private static final Duration OVERLAP = Duration.ofMinutes(5);
  private static final CertificateFiles OLD = Observation.generated(START);
  private static final CertificateFiles NEW = Observation.generated(START);
  private static final CaBundle[] BOTH = {cas(OLD, NEW), cas(NEW, OLD)};

  /** One third of the lifetime of a CA is left. */
  private static final Instant CA_DUE = START.plus(Duration.ofDays(60));

  @Test
  void generatesAllIfSecretIsEmpty() {
    assertThat(change(CertificateFiles.NONE, START)).isEqualTo(GENERATE_ALL);
  }

  @Test
  void changesNothingInGivenSecret() {
    Observation given =
        Observation.of(CertificateFiles.NONE)
            .givenSecret()
            .published()
            .publication(CaPublication.NONE);
    assertThat(given.decide().secretChange()).isEqualTo(NONE);
  }

  @Test
  void keepsCertificateThatIsNotDue() {
    assertThat(change(OLD, START)).isEqualTo(NONE);
    assertThat(change(OLD, START.plus(Duration.ofDays(6)).minusSeconds(1))).isEqualTo(NONE);
  }

  @Test
  void issuesCertificateWhenOneThirdOfLifetimeIsLeft() {
    assertThat(change(OLD, START.plus(Duration.ofDays(6)))).isEqualTo(ISSUE_CERTIFICATE);
  }

  @Test
  void issuesCertificateForOtherDnsNames() {
    assertThat(Observation.of(OLD).hosts("another.svc").decide().secretChange())
        .isEqualTo(ISSUE_CERTIFICATE);
  }

  @Test
  void issuesCertificateIfCurrentOneHasUnknownCa() {
    assertThat(change(OLD.with(NEW.serving().orElseThrow()), START)).isEqualTo(ISSUE_CERTIFICATE);
  }

  @Test
  void generatesAllIfCaKeyIsMissing() {
    var files = new CertificateFiles(OLD.serving(), OLD.cas(), Optional.empty());
    assertThat(change(files, START)).isEqualTo(GENERATE_ALL);
  }

  @Test
  void generatesAllIfCaHasExpired() {
    assertThat(change(OLD, START.plus(Duration.ofDays(91)))).isEqualTo(GENERATE_ALL);
  }

  @Test
  void addsCaOnlyWhenOneThirdOfLifetimeIsLeft() {
    Instant before = CA_DUE.minusSeconds(1);
    CertificateFiles renewed = apply(ISSUE_CERTIFICATE, OLD, before);
    assertThat(change(renewed, before)).isEqualTo(NONE);
    assertThat(change(renewed, CA_DUE)).isEqualTo(ADD_CA);
  }

  @Test
  void usesNewCaOnlyAfterPropagationDelay() {
    CertificateFiles both = apply(ADD_CA, apply(ISSUE_CERTIFICATE, OLD, CA_DUE), CA_DUE);
    Observation notPublished =
        Observation.of(both).publication(CaPublication.NONE).at(CA_DUE.plusSeconds(3_600));
    assertThat(notPublished.decide().secretChange()).isEqualTo(NONE);
    Observation published = Observation.of(both).publishedSince(CA_DUE, both.cas());
    assertThat(published.at(CA_DUE.plusSeconds(29)).decide().secretChange()).isEqualTo(NONE);
    assertThat(published.at(CA_DUE.plusSeconds(30)).decide().secretChange())
        .isEqualTo(ISSUE_CERTIFICATE);
  }

  @Test
  void removesOldCaAfterOverlap() {
    CertificateFiles files = apply(ISSUE_CERTIFICATE, apply(ADD_CA, OLD, CA_DUE), CA_DUE);
    assertThat(change(files, CA_DUE.plus(OVERLAP).minusSeconds(1))).isEqualTo(NONE);
    assertThat(change(files, CA_DUE.plus(OVERLAP))).isEqualTo(REMOVE_OLD_CAS);
    CertificateFiles removed = apply(REMOVE_OLD_CAS, files, CA_DUE);
    assertThat(change(removed, CA_DUE.plus(OVERLAP))).isEqualTo(NONE);
    assertThat(removed.cas().certificates()).containsExactly(files.cas().first());
    assertThat(files.cas().certificates()).containsExactly(files.cas().first(), OLD.cas().first());
  }

  @Test
  void issuedCertificateExpiresNoLaterThanItsCa() {
    CertificateFiles late = apply(ISSUE_CERTIFICATE, OLD, START.plus(Duration.ofDays(88)));
    assertThat(late.serving().orElseThrow().certificate().getNotAfter())
        .isEqualTo(OLD.cas().first().getNotAfter());
  }

  @Test
  void publishesMissingCasToEveryWebhook() {
    assertThat(Observation.of(NEW).published(cas(NEW), CaBundle.EMPTY).decide().publish())
        .contains(cas(NEW));
    assertThat(Observation.of(NEW).published(cas(NEW), cas(NEW)).decide().publish()).isEmpty();
    assertThat(Observation.of(NEW).published().decide().publish()).isEmpty();
  }

  @Test
  void keepsPublishedCasDuringOverlap() {
    CaPublication before = CaPublication.NONE.observe(List.of(cas(OLD)), START);
    assertThat(published(NEW, before, START, cas(OLD)).certificates())
        .containsExactlyInAnyOrder(NEW.cas().first(), OLD.cas().first());
    CaPublication complete = before.observe(List.of(cas(OLD, NEW)), START);
    Instant end = START.plus(OVERLAP);
    assertThat(published(NEW, complete, end.minusMillis(1), cas(OLD, NEW)).isSame(cas(OLD, NEW)))
        .isTrue();
    assertThat(published(NEW, complete, end, cas(OLD, NEW)).isSame(cas(NEW))).isTrue();
  }

  /** An upgrade that changes the name of the Secret runs two replicas with different Secrets. */
  @Test
  void keepsCaOfNewerReplicaForItsOwnOverlap() {
    CaPublication first = CaPublication.NONE.observe(List.of(cas(OLD)), START);
    Instant later = START.plus(OVERLAP.multipliedBy(3));
    CaBundle joined = cas(NEW, OLD);
    assertThat(published(OLD, first, later, cas(OLD)).isSame(cas(OLD))).isTrue();
    CaPublication two = first.observe(List.of(joined), later);
    assertThat(published(OLD, two, later, joined).isSame(joined)).isTrue();
    Instant end = later.plus(OVERLAP);
    Instant before = end.minusMillis(1);
    assertThat(published(OLD, two.observe(List.of(joined), before), before, joined).isSame(joined))
        .isTrue();
    assertThat(published(OLD, two.observe(List.of(joined), end), end, joined).isSame(cas(OLD)))
        .isTrue();
  }

  @Test
  void removesNoCaIfSecretHasNone() {
    assertThat(Observation.of(CertificateFiles.NONE).published(cas(OLD)).decide().publish())
        .isEmpty();
  }

  @Test
  void servesNewCertificateOnlyWhenApiServersTrustIt() {
    Observation published = Observation.of(NEW).serving(OLD.serving()).published(BOTH);
    assertThat(published.at(29).decide().serve()).isEqualTo(OLD.serving());
    assertThat(published.at(30).decide().serve()).isEqualTo(NEW.serving());
    Observation notPublished = published.publication(CaPublication.NONE);
    assertThat(notPublished.at(90).decide().serve()).isEqualTo(OLD.serving());
    assertThat(notPublished.at(10 * 86_400).decide().serve())
        .as("the current certificate has expired")
        .isEqualTo(NEW.serving());
    assertThat(notPublished.serving(Optional.empty()).at(0).decide().serve())
        .isEqualTo(NEW.serving());
  }

  @Test
  void keepsCertificateIfSecretHasNoneOrOneOfAnotherCa() {
    Observation empty = Observation.of(CertificateFiles.NONE).serving(OLD.serving());
    assertThat(empty.published(BOTH).at(90).decide().serve()).isEqualTo(OLD.serving());
    CertificateFiles mixed = NEW.with(apply(ISSUE_CERTIFICATE, OLD, START).serving().orElseThrow());
    Observation another = Observation.of(mixed).serving(OLD.serving());
    assertThat(another.published(BOTH).at(90).decide().serve()).isEqualTo(OLD.serving());
  }

  @Test
  void replacesCertificateImmediatelyIfWebhookDoesNotTrustIt() {
    Observation observation = Observation.of(NEW).serving(OLD.serving());
    assertThat(observation.published(cas(NEW), cas(NEW, OLD)).decide().serve())
        .isEqualTo(NEW.serving());
    assertThat(
            observation
                .publication(CaPublication.NONE)
                .published(cas(OLD), cas(NEW))
                .at(90)
                .decide()
                .serve())
        .isEqualTo(OLD.serving());
  }

  @Test
  void notReadyReasonContainsAction() {
    assertThat(reason(Observation.of(NEW).published(cas(NEW, OLD), cas(NEW)))).isEmpty();
    assertThat(reason(Observation.of(NEW).published(cas(NEW), cas(OLD))))
        .contains("a webhook configuration does not trust");
    assertThat(reason(Observation.of(NEW).published())).contains("install the chart");
    assertThat(reason(Observation.of(CertificateFiles.NONE).published(cas(OLD))))
        .contains("Secret a: ca.crt");
    assertThat(reason(Observation.of(NEW).at(10 * 86_400))).contains("expired");
    assertThat(reason(Observation.of(NEW).hosts("a", "b.c"))).contains("DNS names a, b.c");
    assertThat(Observation.of(CertificateFiles.NONE).decide().notReadyReason())
        .contains("Secret a: tls.crt");
  }

  @Test
  void wildcardReplacesOneLabel() {
    var settings = Observation.settings(true, List.of("*.nats-io.svc"));
    ServingCertificate wildcard =
        new CertificateFactory(settings)
            .apply(GENERATE_ALL, CertificateFiles.NONE, START)
            .serving()
            .orElseThrow();
    assertThat(wildcard.isValidFor(List.of("nats-operator.nats-io.svc"))).isTrue();
    assertThat(wildcard.isValidFor(List.of("a.nats-operator.nats-io.svc"))).isFalse();
    assertThat(wildcard.isValidFor(List.of("nats-io.svc"))).isFalse();
  }

  private static SecretChange change(CertificateFiles files, Instant now) {
    return Observation.of(files).at(now).decide().secretChange();
  }

  /** Returns the bundle that every webhook has after the decision. */
  private static CaBundle published(
      CertificateFiles files, CaPublication publication, Instant now, CaBundle published) {
    Observation observation = Observation.of(files).publication(publication).published(published);
    return observation.at(now).decide().publish().orElse(published);
  }

  private static String reason(Observation observation) {
    return observation.serving(NEW.serving()).decide().notReadyReason();
  }
}
