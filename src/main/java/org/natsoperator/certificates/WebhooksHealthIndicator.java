package org.natsoperator.certificates;

import org.natsoperator.kubernetes.WebhookProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Readiness: the webhooks' certificate is served, and every webhook configuration trusts it. */
@Component("webhooks")
class WebhooksHealthIndicator implements HealthIndicator {

  private final Certificates certificates;
  private final WebhookProperties properties;

  WebhooksHealthIndicator(Certificates certificates, WebhookProperties properties) {
    this.certificates = certificates;
    this.properties = properties;
  }

  @Override
  public Health health() {
    if (!properties.enabled() || certificates.trouble().isEmpty()) {
      return Health.up().build();
    }
    return Health.outOfService().withDetail("reason", certificates.trouble()).build();
  }
}
