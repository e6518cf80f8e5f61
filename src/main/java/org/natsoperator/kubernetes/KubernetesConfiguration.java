package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.config.MeterFilter;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The beans that stand between the operator and the outside world. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({OperatorProperties.class, WebhookProperties.class})
class KubernetesConfiguration {

  @Bean(destroyMethod = "close")
  KubernetesClient kubernetesClient() {
    return new KubernetesClientBuilder().build();
  }

  @Bean
  MeterFilter sdkMeters() {
    return new SdkMeters();
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }
}
