package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics.ControllerExecution;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.natsoperator.testing.Clusters;

class ReconciliationMetricsTest {

  private static final HasMetadata CLUSTER = Clusters.cluster("{}");
  private static final Map<String, Object> METADATA =
      Map.of(Constants.CONTROLLER_NAME, "natscluster");

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final ReconciliationMetrics metrics = new ReconciliationMetrics(registry);

  @Test
  void countsQueuedAndActiveReconciliations() throws Exception {
    metrics.reconciliationSubmitted(CLUSTER, null, METADATA);
    assertThat(gauge("queue")).isEqualTo(1);
    metrics.reconciliationStarted(CLUSTER, METADATA);
    assertThat(gauge("queue")).isZero();
    metrics.timeControllerExecution(execution(() -> assertThat(gauge("active")).isEqualTo(1)));
    metrics.reconciliationFinished(CLUSTER, null, METADATA);
    assertThat(gauge("active")).isZero();
    assertThat(registry.get("reconciliations.started").counter().count()).isEqualTo(1);
    assertThat(registry.get("reconciliations.execution.duration").timer().count()).isEqualTo(1);
  }

  /** The SDK reports the end of this reconciliation, but not its start. */
  @Test
  void deletedObjectIsNeitherQueuedNorActive() {
    metrics.reconciliationSubmitted(CLUSTER, null, METADATA);
    metrics.reconciliationFinished(CLUSTER, null, METADATA);
    metrics.cleanupDone(ResourceID.fromResource(CLUSTER), METADATA);

    assertThat(gauge("queue")).isZero();
    assertThat(gauge("active")).isZero();
  }

  @Test
  void failedReconciliationIsNotActive() {
    assertThatThrownBy(
            () ->
                metrics.timeControllerExecution(
                    execution(
                        () -> {
                          throw new IllegalStateException();
                        })))
        .isInstanceOf(IllegalStateException.class);
    assertThat(gauge("active")).isZero();
  }

  @Test
  void eachMeterHasDescription() {
    metrics.reconciliationSubmitted(CLUSTER, null, METADATA);
    metrics.reconciliationFailed(CLUSTER, null, new IllegalStateException(), METADATA);

    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .filteredOn(id -> !id.getName().endsWith(".histogram"))
        .hasSize(6)
        .allSatisfy(
            id -> {
              assertThat(id.getDescription()).isNotBlank();
              assertThat(id.getTag("controller.name")).isEqualTo("natscluster");
            });
  }

  private double gauge(String name) {
    return registry.get("reconciliations." + name).gauge().value();
  }

  private static <T> ControllerExecution<T> execution(Callable<T> work) {
    return new ControllerExecution<>() {
      @Override
      public String name() {
        return "reconcile";
      }

      @Override
      public String controllerName() {
        return "natscluster";
      }

      @Override
      public String successTypeName(T result) {
        return "";
      }

      @Override
      public ResourceID resourceID() {
        return ResourceID.fromResource(CLUSTER);
      }

      @Override
      public Map<String, Object> metadata() {
        return METADATA;
      }

      @Override
      public T execute() throws Exception {
        return work.call();
      }
    };
  }
}
