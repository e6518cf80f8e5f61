package org.natsoperator.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class WebhookPropertiesTest {

  @Test
  void bindsVariablesOfDocs() {
    WebhookProperties bound =
        bind(
            Map.of(
                "CA_LIFETIME", "1d",
                "CERTIFICATE_LIFETIME", "2h",
                "CA_PROPAGATION_DELAY", "3s",
                "CA_OVERLAP", "4m",
                "SHUTDOWN_DELAY", "5s",
                "GENERATE_CERTIFICATES", "false",
                "HOSTS", "a,b"));
    assertThat(bound)
        .returns(false, WebhookProperties::enabled)
        .returns(9443, WebhookProperties::port)
        .returns("nats-operator", WebhookProperties::configuration)
        .returns("nats-operator-webhooks", WebhookProperties::secret)
        .returns(false, WebhookProperties::generateCertificates)
        .returns(List.of("a", "b"), WebhookProperties::hosts)
        .returns(Duration.ofDays(1), WebhookProperties::caLifetime)
        .returns(Duration.ofHours(2), WebhookProperties::certificateLifetime)
        .returns(Duration.ofSeconds(3), WebhookProperties::caPropagationDelay)
        .returns(Duration.ofMinutes(4), WebhookProperties::caOverlap)
        .returns(Duration.ofSeconds(5), WebhookProperties::shutdownDelay)
        .returns(false, WebhookProperties::evictUninjectedPods);
  }

  private static WebhookProperties bind(Map<String, Object> variables) {
    Map<String, Object> all =
        variables.entrySet().stream()
            .collect(
                Collectors.toMap(
                    variable -> "OPERATOR_WEBHOOKS_" + variable.getKey(), Map.Entry::getValue));
    var sources = new StandardEnvironment().getPropertySources();
    sources.stream().map(source -> source.getName()).toList().forEach(sources::remove);
    String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
    sources.addFirst(new SystemEnvironmentPropertySource(name, all));
    return new Binder(ConfigurationPropertySources.from(sources))
        .bind("operator.webhooks", WebhookProperties.class)
        .get();
  }
}
