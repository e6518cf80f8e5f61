package org.natsoperator.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.natsoperator.certificates.CertificateDecision.SecretChange;
import org.natsoperator.testing.WebhookPropertiesFixture;

class CertificateFactoryTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /** The clock of the replica may be ahead of the API servers' clocks. */
  @Test
  void certificatesAreValidBeforeTheirCreation() {
    Date early = Date.from(NOW.minus(Duration.ofMinutes(59)));

    CertificateFiles files =
        new CertificateFactory(WebhookPropertiesFixture.enabled().build())
            .apply(SecretChange.GENERATE_ALL, CertificateFiles.NONE, NOW);

    assertThat(files.cas().first().getNotBefore()).isBefore(early);
    assertThat(files.serving().orElseThrow().certificate().getNotBefore()).isBefore(early);
    assertThat(ObservedCertificates.createdAt(files.cas().first())).isEqualTo(NOW);
  }
}
