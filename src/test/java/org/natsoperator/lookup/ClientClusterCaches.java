package org.natsoperator.lookup;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.Identity;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.settings.WebhookProperties;
import org.natsoperator.testing.Manifests;
import org.natsoperator.testing.OperatorPropertiesFixture;
import org.natsoperator.testing.Sandbox;
import org.natsoperator.testing.WebhookPropertiesFixture;

/** Caches of a real API server, before and after their first list. */
final class ClientClusterCaches implements AutoCloseable {

  private static final WebhookProperties SERVED = WebhookPropertiesFixture.enabled().build();

  private final List<SharedInformers> started = new ArrayList<>();

  static ClientClusterCache cold(Sandbox sandbox) {
    return cache(sandbox, informers(sandbox, everywhere()));
  }

  ClientClusterCache warm(Sandbox sandbox, OperatorProperties properties) {
    UncachedReader reads = new UncachedReader(sandbox.client(), properties, Duration.ofSeconds(10));
    return cache(start(informers(sandbox, properties)), properties, reads);
  }

  static ClientClusterCache cache(Sandbox sandbox, SharedInformers informers) {
    return cache(
        informers,
        everywhere(),
        new UncachedReader(sandbox.client(), everywhere(), Duration.ofSeconds(10)));
  }

  static ClientClusterCache cache(
      SharedInformers informers, OperatorProperties properties, UncachedReader reads) {
    return new ClientClusterCache(informers, properties, SERVED, reads);
  }

  static SharedInformers informers(Sandbox sandbox, OperatorProperties properties) {
    return new SharedInformers(sandbox.client(), properties);
  }

  SharedInformers start(SharedInformers informers) {
    started.add(informers);
    informers.start();
    await().until(() -> informers.clusters().hasSynced() && informers.roles().hasSynced());
    return informers;
  }

  @Override
  public void close() {
    started.forEach(SharedInformers::stop);
  }

  static Identity user(Sandbox sandbox) {
    return new Identity(sandbox.namespace(), "nats-user");
  }

  static ClusterReference reference(Sandbox sandbox, Optional<String> namespace) {
    return new ClusterReference(sandbox.namespace(), Manifests.CLUSTER, namespace);
  }

  static OperatorProperties everywhere() {
    return properties(Set.of());
  }

  static OperatorProperties properties(Set<String> namespaces) {
    return OperatorPropertiesFixture.watching(namespaces).build();
  }
}
