package org.natsoperator.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Metrics of both controllers. Those of the SDK (MicrometerMetricsV2 of 5.3.2) have no
 * descriptions, and a reconciliation of an object that was deleted meanwhile makes one of its
 * gauges negative.
 */
final class ReconciliationMetrics implements Metrics {

  private static final String CONTROLLER = "controller.name";

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(2),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private final MeterRegistry meters;
  private final Map<String, Controller> controllers = new ConcurrentHashMap<>();

  ReconciliationMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public void controllerRegistered(
      io.javaoperatorsdk.operator.processing.Controller<? extends HasMetadata> controller) {
    of(controller.getConfiguration().getName());
  }

  @Override
  public void reconciliationSubmitted(
      HasMetadata resource, RetryInfo retry, Map<String, Object> metadata) {
    Controller controller = of(metadata);
    controller.queue.add(ResourceID.fromResource(resource));
    controller.started.increment();
    if (retry != null && retry.getAttemptCount() > 0) {
      counter("retries", "Reconciliations that repeat a failed one", controller.name).increment();
    }
  }

  @Override
  public void reconciliationStarted(HasMetadata resource, Map<String, Object> metadata) {
    of(metadata).queue.remove(ResourceID.fromResource(resource));
  }

  @Override
  public void reconciliationSucceeded(HasMetadata resource, Map<String, Object> metadata) {
    of(metadata).succeeded.increment();
  }

  @Override
  public void reconciliationFailed(
      HasMetadata resource, RetryInfo retry, Exception exception, Map<String, Object> metadata) {
    counter("failure", "Reconciliations that failed", of(metadata).name).increment();
  }

  /** The SDK does not start the reconciliation of an object that was deleted meanwhile. */
  @Override
  public void cleanupDone(ResourceID resource, Map<String, Object> metadata) {
    of(metadata).queue.remove(resource);
  }

  @Override
  public <T> T timeControllerExecution(ControllerExecution<T> execution) throws Exception {
    Controller controller = of(execution.controllerName());
    Timer.Sample sample = Timer.start(meters);
    controller.active.incrementAndGet();
    try {
      return execution.execute();
    } finally {
      controller.active.decrementAndGet();
      sample.stop(controller.duration);
    }
  }

  private Controller of(Map<String, Object> metadata) {
    return of((String) metadata.get(Constants.CONTROLLER_NAME));
  }

  private Controller of(String name) {
    return controllers.computeIfAbsent(name, Controller::new);
  }

  private Counter counter(String event, String description, String controller) {
    return Counter.builder("reconciliations." + event)
        .description(description)
        .tag(CONTROLLER, controller)
        .register(meters);
  }

  /** The meters of one controller. */
  private final class Controller {

    private final String name;
    private final Set<ResourceID> queue = ConcurrentHashMap.newKeySet();
    private final AtomicInteger active = new AtomicInteger();
    private final Counter started;
    private final Counter succeeded;
    private final Timer duration;

    Controller(String name) {
      this.name = name;
      started = counter("started", "Requested reconciliations", name);
      succeeded = counter("success", "Reconciliations that succeeded", name);
      duration =
          Timer.builder("reconciliations.execution.duration")
              .description("Durations of reconciliations")
              .tag(CONTROLLER, name)
              .serviceLevelObjectives(BUCKETS)
              .register(meters);
      Gauge.builder("reconciliations.active", active::get)
          .description("Reconciliations in progress")
          .tag(CONTROLLER, name)
          .register(meters);
      Gauge.builder("reconciliations.queue", queue::size)
          .description("Reconciliations that wait for a thread")
          .tag(CONTROLLER, name)
          .register(meters);
    }
  }
}
