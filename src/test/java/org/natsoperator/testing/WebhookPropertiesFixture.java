package org.natsoperator.testing;

import java.time.Duration;
import java.util.List;
import org.natsoperator.settings.WebhookProperties;

/**
 * Builds {@link WebhookProperties}. By default the webhooks of the host {@code a} are enabled and
 * the operator generates their certificates. A CA lives for 90 days, a certificate for 9 days.
 */
public record WebhookPropertiesFixture(
    boolean generateCertificates, List<String> hosts, boolean evictUninjectedPods) {

  public static WebhookPropertiesFixture enabled() {
    return new WebhookPropertiesFixture(true, List.of("a"), false);
  }

  public WebhookPropertiesFixture generateCertificates(boolean generate) {
    return new WebhookPropertiesFixture(generate, hosts, evictUninjectedPods);
  }

  public WebhookPropertiesFixture hosts(List<String> names) {
    return new WebhookPropertiesFixture(generateCertificates, names, evictUninjectedPods);
  }

  public WebhookPropertiesFixture evictUninjectedPods(boolean evict) {
    return new WebhookPropertiesFixture(generateCertificates, hosts, evict);
  }

  public WebhookProperties build() {
    return new WebhookProperties(
        true,
        0,
        "a",
        "a",
        generateCertificates,
        hosts,
        Duration.ofDays(90),
        Duration.ofDays(9),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ZERO,
        evictUninjectedPods);
  }
}
