package org.natsoperator.certificates;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Readiness: this replica serves a certificate, and every webhook configuration trusts it. */
@Component("webhooks")
class WebhooksHealthIndicator implements HealthIndicator {

  private final Certificates certificates;

  WebhooksHealthIndicator(Certificates certificates) {
    this.certificates = certificates;
  }

  @Override
  public Health health() {
    String reason = certificates.notReadyReason();
    return reason.isEmpty()
        ? Health.up().build()
        : Health.outOfService().withDetail("reason", reason).build();
  }
}
