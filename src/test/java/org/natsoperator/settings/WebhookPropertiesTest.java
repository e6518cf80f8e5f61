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
  void bindsTheVariablesOfTheHandbook() {
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
        .isEqualTo(
            new WebhookProperties(
                false,
                9443,
                "nats-operator",
                "nats-operator-webhooks",
                false,
                List.of("a", "b"),
                Duration.ofDays(1),
                Duration.ofHours(2),
                Duration.ofSeconds(3),
                Duration.ofMinutes(4),
                Duration.ofSeconds(5),
                false));
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
