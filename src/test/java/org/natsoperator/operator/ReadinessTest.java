package org.natsoperator.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class ReadinessTest {

  @Test
  void reportsOutOfServiceWithoutCaches() {
    assertThat(KubernetesConfiguration.upIf(false).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(KubernetesConfiguration.upIf(true).getStatus()).isEqualTo(Status.UP);
  }
}
