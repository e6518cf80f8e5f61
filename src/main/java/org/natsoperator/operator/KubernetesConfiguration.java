package org.natsoperator.operator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.util.List;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.decoding.UntrustedJson;
import org.natsoperator.leader.StandbyWriteGuard;
import org.natsoperator.lookup.ClientClusterCache;
import org.natsoperator.lookup.SmallerPages;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** The beans that connect the operator with Kubernetes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({OperatorProperties.class, WebhookProperties.class})
class KubernetesConfiguration {

  /**
   * Kinds of watched objects and of responses. Otherwise the client loads all kinds of Kubernetes,
   * a thousand classes, to find the one that a response names.
   */
  private static final List<Class<? extends KubernetesResource>> KINDS =
      List.of(
          NatsCluster.class,
          NatsServiceRole.class,
          ServiceAccount.class,
          Secret.class,
          Service.class,
          StatefulSet.class,
          Pod.class,
          Namespace.class,
          PodDisruptionBudget.class,
          NetworkPolicy.class,
          Lease.class,
          MutatingWebhookConfiguration.class,
          ValidatingWebhookConfiguration.class,
          Status.class);

  private static final int SCHEDULER_THREADS = 4;

  /**
   * In milliseconds. The operator tolerates a latency of five seconds. The client waits for at most
   * five seconds more than this; {@link org.natsoperator.leader.Leadership} counts on it.
   */
  private static final int REQUEST_TIMEOUT = 10_000;

  /**
   * In milliseconds. The client ends each watch every 5 to 10 minutes and begins the next after
   * this time: until then the operator sees no change. It doubles after each failed attempt, up to
   * 6.4 s.
   */
  private static final int PAUSE_BETWEEN_WATCHES = 200;

  @Bean(destroyMethod = "close")
  KubernetesClient kubernetesClient(StandbyWriteGuard guard, SmallerPages pages) {
    KubernetesSerialization kinds = new RetryableSerialization(mapper());
    KINDS.forEach(kinds::registerKubernetesResource);
    return new KubernetesClientBuilder()
        .withConfig(config())
        .withKubernetesSerialization(kinds)
        .withHttpClientBuilderConsumer(
            http ->
                http.addOrReplaceInterceptor("leader", guard)
                    .addOrReplaceInterceptor("pages", pages))
        .build();
  }

  /**
   * Reads every object that the API server accepts. Its own limits, such as 1.5 MiB for an object,
   * bound depth and lengths.
   */
  static ObjectMapper mapper() {
    StreamReadConstraints none =
        StreamReadConstraints.builder()
            .maxNestingDepth(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .maxStringLength(Integer.MAX_VALUE)
            .build();
    JsonFactory json =
        UntrustedJson.factory()
            .streamReadConstraints(none)
            .characterEscapes(new YamlEscapes())
            .build();
    ObjectMapper mapper =
        UnreadableFields.droppedBy(UnusedFields.ignoredBy(new ObjectMapper(json)));
    return PrunedChildren.prunedBy(BoundedMetadata.readBy(mapper));
  }

  /**
   * Configures a client that sends each request once. By default it repeats a failed one ten times,
   * for some 20 seconds and without a log line. Reconcilers, informers and the elector retry by
   * themselves.
   */
  static Config config() {
    return new ConfigBuilder()
        .withRequestRetryBackoffLimit(0)
        .withRequestTimeout(REQUEST_TIMEOUT)
        .withWatchReconnectInterval(PAUSE_BETWEEN_WATCHES)
        .build();
  }

  /**
   * Runs the periodic tasks. Each task can block while the API server does not respond, so the pool
   * has spare threads, and {@code LeaseElector} has its own thread. Shutdown comes after the
   * context has closed: it interrupts running tasks, and informers can submit tasks until then.
   */
  @Bean
  ThreadPoolTaskScheduler taskScheduler() {
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    scheduler.setPoolSize(SCHEDULER_THREADS);
    scheduler.setThreadNamePrefix("scheduler-");
    scheduler.setDaemon(true);
    scheduler.setAcceptTasksAfterContextClose(true);
    return scheduler;
  }

  /**
   * Readiness: the caches are filled. The state of a cluster does not count: a failed cluster would
   * make the webhooks unavailable for the edit that fixes it.
   */
  @Bean
  HealthIndicator caches(OperatorLifecycle operator) {
    return () -> upIf(operator.cachesHealthy());
  }

  /**
   * Readiness: the injector's caches are filled. Without them each response would need two requests
   * to the API server.
   */
  @Bean
  HealthIndicator injector(ClientClusterCache clusters) {
    return () -> upIf(clusters.isReady());
  }

  static Health upIf(boolean ready) {
    return ready ? Health.up().build() : Health.outOfService().build();
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }
}
