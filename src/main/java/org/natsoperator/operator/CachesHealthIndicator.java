package org.natsoperator.operator;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Readiness: the caches are filled. A cluster in trouble does not count, or a dead one would make
 * the edit that mends it impossible.
 */
@Component("caches")
class CachesHealthIndicator implements HealthIndicator {

  private final OperatorLifecycle operator;

  CachesHealthIndicator(OperatorLifecycle operator) {
    this.operator = operator;
  }

  @Override
  public Health health() {
    return operator.cachesHealthy() ? Health.up().build() : Health.outOfService().build();
  }
}
