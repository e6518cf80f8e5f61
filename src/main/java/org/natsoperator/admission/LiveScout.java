package org.natsoperator.admission;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Asks the API server: roles are applied seldom, and a cache may lag behind what was applied just
 * before. Both questions at once, and no answer in time is none.
 */
@Component
final class LiveScout implements Scout {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final KubernetesClient client;
  private final Duration patience;

  @Autowired
  LiveScout(KubernetesClient client) {
    this(client, PATIENCE);
  }

  LiveScout(KubernetesClient client, Duration patience) {
    this.client = client;
    this.patience = patience;
  }

  @Override
  public Surroundings around(NatsServiceRole role) {
    String home = role.getMetadata().getNamespace();
    if (!ObjectName.isPossible(home) || !ObjectName.isPossible(role.getMetadata().getName())) {
      return Surroundings.UNKNOWN;
    }
    var account =
        ask(client.serviceAccounts().inNamespace(home).withName(role.getMetadata().getName()));
    var cluster =
        role.clusterName()
            .filter(name -> !name.isEmpty())
            .map(name -> ask(cluster(role.clusterNamespace().orElse(home), name)))
            .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    return new Surroundings(
        cluster.join().flatMap(seen -> seen), isMissing(cluster), isMissing(account));
  }

  private Resource<NatsCluster> cluster(String namespace, String name) {
    return client.resources(NatsCluster.class).inNamespace(namespace).withName(name);
  }

  /** Empty if it is not known whether there is such an object. */
  private <T extends HasMetadata> CompletableFuture<Optional<Optional<T>>> ask(Resource<T> object) {
    Duration left = Reviewer.patience(patience, Instant.now());
    return CompletableFuture.supplyAsync(
            () -> Optional.of(Optional.ofNullable(object.get())), Thread::startVirtualThread)
        .completeOnTimeout(Optional.empty(), left.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> Optional.empty());
  }

  private static boolean isMissing(
      CompletableFuture<? extends Optional<? extends Optional<?>>> asked) {
    return asked.join().filter(Optional::isEmpty).isPresent();
  }
}
