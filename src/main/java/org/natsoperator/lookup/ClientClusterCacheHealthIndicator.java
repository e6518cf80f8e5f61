package org.natsoperator.lookup;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Readiness: the injector's caches are filled. It could answer without them, but each answer would
 * cost two requests to the API server.
 */
@Component("injector")
class ClientClusterCacheHealthIndicator implements HealthIndicator {

  private final ClientClusterCache clusters;

  ClientClusterCacheHealthIndicator(ClientClusterCache clusters) {
    this.clusters = clusters;
  }

  @Override
  public Health health() {
    return clusters.isReady() ? Health.up().build() : Health.outOfService().build();
  }
}
