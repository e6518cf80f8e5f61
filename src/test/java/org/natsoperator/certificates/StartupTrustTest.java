package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.natsoperator.certificates.CertificateDecision.START;
import static org.natsoperator.certificates.Observation.cas;

import org.junit.jupiter.api.Test;

/** Tests when a replica becomes ready after its start. */
class StartupTrustTest {

  private static final CertificateFiles OLD = Observation.generated(Observation.START);
  private static final CertificateFiles NEW = Observation.generated(Observation.START);
  private static final CaBundle BOTH = cas(OLD, NEW);

  @Test
  void isReadyImmediatelyIfCaIsAlreadyPublished() {
    assertThat(decide(START, 0, cas(NEW), BOTH).trusted()).isTrue();
  }

  @Test
  void isReadyImmediatelyIfNoCaWasPublishedBefore() {
    CertificateDecision first = decide(START, 0, CaBundle.EMPTY, CaBundle.EMPTY);
    assertThat(first.trusted()).isFalse();
    assertThat(decide(first, 1, cas(NEW), cas(NEW)).trusted()).isTrue();
  }

  @Test
  void isReadyAfterDelayIfCaIsPublishedAfterStart() {
    CertificateDecision untrusted = decide(START, 0, cas(OLD), cas(OLD));
    assertThat(decide(decide(untrusted, 1, BOTH, BOTH), 29, BOTH, BOTH).trusted()).isFalse();
    assertThat(decide(untrusted, 29, BOTH, BOTH).notReadyReason()).contains("published recently");
    assertThat(decide(untrusted, 30, BOTH, BOTH).trusted()).isTrue();
    assertThat(decide(untrusted, 30, BOTH, BOTH).notReadyReason()).isEmpty();
  }

  @Test
  void isReadyAfterDelayIfOneWebhookTrustsOnlyAnotherCa() {
    CertificateDecision untrusted = decide(START, 0, cas(NEW), cas(OLD));
    assertThat(decide(untrusted, 29, cas(NEW), cas(NEW)).trusted()).isFalse();
  }

  /** Otherwise a damaged webhook configuration would make all replicas unready at once. */
  @Test
  void staysReadyAfterTrustIsEstablished() {
    CertificateDecision trusted = decide(START, 0, cas(NEW), cas(NEW));
    CertificateDecision damaged = decide(trusted, 60, cas(OLD), cas(OLD));
    assertThat(decide(damaged, 61, cas(NEW), cas(NEW)).trusted()).isTrue();
    assertThat(decide(damaged, 61, cas(NEW), cas(NEW)).notReadyReason()).isEmpty();
  }

  @Test
  void isUndecidedWithoutCertificateOrWebhook() {
    CertificateDecision noFiles =
        Observation.of(CertificateFiles.NONE).published(cas(OLD)).decide();
    assertThat(noFiles.trusted()).isFalse();
    assertThat(noFiles.lastUntrusted()).isEmpty();
    assertThat(decide(START, 0).trusted()).isFalse();
    assertThat(decide(START, 0).lastUntrusted()).isEmpty();
  }

  private static CertificateDecision decide(
      CertificateDecision previous, int second, CaBundle... published) {
    return Observation.of(NEW).after(previous).published(published).at(second).decide();
  }
}
