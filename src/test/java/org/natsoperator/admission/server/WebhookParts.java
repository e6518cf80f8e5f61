package org.natsoperator.admission.server;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import org.natsoperator.admission.WebhookWarmup;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/** The beans of the operator that serve webhooks, without handlers. */
@EnableConfigurationProperties({OperatorProperties.class, WebhookProperties.class})
@ComponentScan("org.natsoperator.certificates")
@Import({
  WebhookServer.class,
  WebhookConnector.class,
  WebhookEndpoint.class,
  WebhookMetrics.class,
  WebhookWarmup.class
})
class WebhookParts {

  @Bean
  KubernetesClient client() {
    return new KubernetesClientBuilder().build();
  }

  @Bean
  MeterRegistry meterRegistry() {
    return new SimpleMeterRegistry();
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }
}
