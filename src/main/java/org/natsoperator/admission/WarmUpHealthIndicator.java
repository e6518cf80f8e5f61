package org.natsoperator.admission;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Readiness: the warm-up is over. */
@Component("warm")
class WarmUpHealthIndicator implements HealthIndicator {

  private final WarmUp warmUp;

  WarmUpHealthIndicator(WarmUp warmUp) {
    this.warmUp = warmUp;
  }

  @Override
  public Health health() {
    return warmUp.isOver() ? Health.up().build() : Health.outOfService().build();
  }
}
