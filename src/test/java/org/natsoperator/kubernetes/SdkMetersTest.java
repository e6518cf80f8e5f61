package org.natsoperator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SdkMetersTest {

  private final MeterRegistry registry = new SimpleMeterRegistry();

  @BeforeEach
  void filter() {
    registry.config().meterFilter(new SdkMeters());
  }

  @Test
  void successAndFailureAreResultsOfOne() {
    registry.counter("reconciliations.success.total", "controller.name", "natscluster").increment(3);
    registry.counter("reconciliations.failure.total", "controller.name", "natscluster").increment(2);

    assertThat(reconciliations("success")).isEqualTo(3);
    assertThat(reconciliations("failure")).isEqualTo(2);
  }

  @Test
  void theOthersKeepTheirNamesAmongOurs() {
    registry.counter("reconciliations.retries.total", "controller.name", "natscluster").increment();
    registry.timer("reconciliations.execution.duration", "controller.name", "natscluster").record(Duration.ofSeconds(1));

    assertThat(registry.get("nats.operator.reconciliations.retries").tag("controller", "natscluster").counter().count()).isEqualTo(1);
    assertThat(registry.get("nats.operator.reconciliations.duration").tag("controller", "natscluster").timer().count()).isEqualTo(1);
  }

  @Test
  void whatTheSdkCountsTwiceOrWeCountBetterIsLeftOut() {
    registry.counter("events.received", "controller.name", "natscluster").increment();
    registry.gauge("custom_resources", 1);

    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void metersOfOthersAreLeftAlone() {
    registry.counter("http.requests", "controller.name", "any").increment();

    assertThat(registry.get("http.requests").tag("controller.name", "any").counter().count()).isEqualTo(1);
  }

  private double reconciliations(String result) {
    return registry.get("nats.operator.reconciliations").tags("controller", "natscluster", "result", result).counter().count();
  }
}
