package org.natsoperator.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.natsoperator.leader.LeaderLease;
import org.natsoperator.leader.Leadership;
import org.natsoperator.leader.LeaseElector;
import org.natsoperator.lookup.PageSize;
import org.natsoperator.lookup.SharedInformer;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.settings.OperatorProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Starts and stops the reconcilers. Every replica fills its caches and is ready. On standby a
 * reconciliation returns at once.
 */
@Component
public class OperatorLifecycle implements SmartLifecycle {

  /** A reconciliation waits only for requests, and each cluster or role has at most one. */
  private static final int RECONCILERS = 16;

  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  /** At a stop, time for reconciliations that have begun; then they are interrupted. */
  private static final Duration LAST_RECONCILIATION = Duration.ofSeconds(5);

  private final Operator operator;
  private final LeaderLease lease;
  private final LeaseElector elector;
  private final Leadership leadership;
  private final SharedInformers informers;
  private volatile boolean running;

  OperatorLifecycle(
      KubernetesClient client,
      OperatorProperties properties,
      LeaderLease lease,
      LeaseElector elector,
      Leadership leadership,
      StoppedInformers stoppedInformers,
      SharedInformers informers,
      MeterRegistry meters,
      List<Reconciler<? extends HasMetadata>> reconcilers) {
    this.lease = lease;
    this.elector = elector;
    this.leadership = leadership;
    this.informers = informers;
    showLeadership(meters);
    showBuild(meters);
    operator = operator(client, stoppedInformers, meters);
    reconcilers.forEach(reconciler -> register(reconciler, properties.watchNamespaces()));
  }

  private Operator operator(
      KubernetesClient client, StoppedInformers stoppedInformers, MeterRegistry meters) {
    Metrics metrics = new ReconciliationMetrics(meters);
    return new Operator(
        configuration ->
            configuration
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withMetrics(metrics)
                .withConcurrentReconciliationThreads(RECONCILERS)
                .withConcurrentWorkflowExecutorThreads(1)
                .withReconciliationTerminationTimeout(LAST_RECONCILIATION)
                .withCacheSyncTimeout(SharedInformer.SYNC_TIMEOUT)
                .withResourceCloner(new ResourceCloner(client.getKubernetesSerialization()))
                // A list that fails at the start is repeated, like a later one.
                .withStopOnInformerErrorDuringStartup(false)
                .withInformerStoppedHandler(stoppedInformers));
  }

  private void showLeadership(MeterRegistry meters) {
    Gauge.builder("nats.operator.leader", () -> leadership.isHeld() ? 1 : 0)
        .description("1 on the leader, 0 on standby replicas")
        .register(meters);
  }

  /** The jar's manifest contains the version; other classes have none. */
  private static void showBuild(MeterRegistry meters) {
    String version = OperatorLifecycle.class.getPackage().getImplementationVersion();
    Gauge.builder("nats.operator.build.info", () -> 1)
        .description("1, with the version of the operator as a label")
        .tag("version", Objects.requireNonNullElse(version, "unknown"))
        .register(meters);
  }

  /** The event sources of a reconciler watch the same namespaces. */
  private <P extends HasMetadata> void register(
      Reconciler<P> reconciler, Set<String> watchNamespaces) {
    operator.register(
        reconciler,
        controller -> {
          // Without limit: the API server may be unavailable for a while.
          controller.withRetry(
              new GenericRetry()
                  .setInitialInterval(FIRST_RETRY.toMillis())
                  .setIntervalMultiplier(2)
                  .setMaxInterval(LONGEST_RETRY.toMillis())
                  .withoutMaxAttempts());
          controller.withInformerListLimit(PageSize.USUAL);
          if (!watchNamespaces.isEmpty()) {
            controller.settingNamespaces(watchNamespaces);
          }
        });
  }

  /**
   * Waits for the API server first: the SDK's informers fail if it does not answer at the start.
   */
  @Override
  public void start() {
    informers.awaitSync();
    operator.start();
    running = true;
    elector.start(this::cachesHealthy);
  }

  @Override
  public void stop() {
    running = false;
    elector.stop();
    operator.stop();
    boolean held = leadership.isHeld();
    leadership.end();
    if (held) {
      lease.release();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Whether the caches are filled and their watches are alive. */
  boolean cachesHealthy() {
    return running && operator.getRuntimeInfo().allEventSourcesAreHealthy();
  }
}
