package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JosdkMeterFilterTest {

  private final MeterRegistry registry = new SimpleMeterRegistry();

  @BeforeEach
  void addFilter() {
    registry.config().meterFilter(new KubernetesConfiguration().josdkMeterFilter());
  }

  @Test
  void dropsDuplicateAndReplacedJosdkMeters() {
    registry.counter("events.received", "controller.name", "natscluster").increment();
    registry.gauge("custom_resources", 1);

    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void keepsNamesAndTagsOfOtherMeters() {
    String name = "reconciliations.success.total";
    registry.counter(name, "controller.name", "natscluster").increment(3);

    assertThat(registry.get(name).tag("controller.name", "natscluster").counter().count())
        .isEqualTo(3);
  }
}
