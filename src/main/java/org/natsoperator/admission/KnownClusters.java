package org.natsoperator.admission;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.kubernetes.OperatorProperties;
import org.natsoperator.kubernetes.WebhookProperties;
import org.natsoperator.role.ClusterCandidates;
import org.natsoperator.role.ClusterChoice;
import org.natsoperator.role.ClusterReference;
import org.natsoperator.role.Identity;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The clusters and roles that client pods may mean: caches of its own at every replica, whether it
 * reconciles or not, and the API server itself for what these do not know. A role and its pod may
 * be applied within milliseconds, and a cache that is still empty must not leave a pod alone.
 */
@Component
class KnownClusters implements ClusterLookup, SmartLifecycle {

  private static final String BY_CANDIDATE_KEY = "candidate";

  private final boolean asked;
  private final Set<String> namespaces;
  private final LiveReads liveReads;
  private final List<SharedIndexInformer<NatsCluster>> clusters;
  private final List<SharedIndexInformer<NatsServiceRole>> roles;
  private volatile boolean running;

  KnownClusters(
      KubernetesClient client,
      OperatorProperties properties,
      WebhookProperties webhooks,
      LiveReads liveReads) {
    this.asked = webhooks.enabled();
    this.namespaces = properties.watchNamespaces();
    this.liveReads = liveReads;
    clusters = informers(client, NatsCluster.class, cluster -> {});
    roles = informers(client, NatsServiceRole.class, role -> role.setSpec(null));
    clusters.forEach(
        informer -> informer.addIndexers(Map.of(BY_CANDIDATE_KEY, ClusterCandidates::keys)));
  }

  @Override
  public boolean watches(String namespace) {
    return namespaces.isEmpty() || namespaces.contains(namespace);
  }

  @Override
  public ObservedClient find(Identity client, ClusterReference reference) {
    Optional<NatsServiceRole> cached = get(roles, client.namespace(), client.serviceAccount());
    Optional<Optional<NatsServiceRole>> role =
        cached.filter(reference::isOf).isPresent() ? Optional.of(cached) : liveReads.role(client);
    ClusterReference meant = reference.orAsIn(role.orElse(cached));
    ClusterChoice known = ClusterChoice.of(meant, candidates(meant));
    Optional<ClusterChoice> choice =
        synced() && known.found().isPresent()
            ? Optional.of(known)
            : liveReads.clusters(meant.name()).map(live -> ClusterChoice.of(meant, live));
    return new ObservedClient(
        client,
        meant,
        role.orElse(cached),
        choice.orElse(known),
        role.isPresent() && choice.isPresent());
  }

  /** Whether the caches have been filled. */
  boolean synced() {
    return informers().allMatch(SharedIndexInformer::hasSynced);
  }

  /** Whether its answers need no request; also if nobody asks. */
  boolean isReady() {
    return !asked || synced();
  }

  /** Returns at once: a replica that has yet to fill its caches answers by reading live. */
  @Override
  public void start() {
    running = asked;
    if (asked) {
      informers().forEach(SharedIndexInformer::start);
    }
  }

  @Override
  public void stop() {
    running = false;
    informers().forEach(SharedIndexInformer::stop);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private List<NatsCluster> candidates(ClusterReference reference) {
    return ClusterCandidates.of(
        reference,
        key ->
            clusters.stream()
                .flatMap(informer -> informer.getIndexer().byIndex(BY_CANDIDATE_KEY, key).stream())
                .toList(),
        (namespace, name) -> get(clusters, namespace, name));
  }

  private static <T> Optional<T> get(
      List<SharedIndexInformer<T>> informers, String namespace, String name) {
    String key = Cache.namespaceKeyFunc(namespace, name);
    return informers.stream()
        .map(informer -> informer.getStore().getByKey(key))
        .filter(Objects::nonNull)
        .findFirst();
  }

  private Stream<SharedIndexInformer<?>> informers() {
    return Stream.<List<? extends SharedIndexInformer<?>>>of(clusters, roles).flatMap(List::stream);
  }

  private <T extends CustomResource<?, ?>> List<SharedIndexInformer<T>> informers(
      KubernetesClient client, Class<T> kind, Consumer<T> slim) {
    var resources = client.resources(kind);
    return (namespaces.isEmpty()
            ? Stream.of(resources.inAnyNamespace())
            : namespaces.stream().map(resources::inNamespace))
        .map(where -> where.runnableInformer(0))
        .map(informer -> informer.itemStore(new SlimItemStore<>(slim)).removeNamespaceIndex())
        // The API server may be away for as long as it likes.
        .map(informer -> informer.exceptionHandler((started, failure) -> true))
        .toList();
  }
}
