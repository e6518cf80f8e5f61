package org.natsoperator.lookup;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.natsoperator.access.ClusterIndex;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.stereotype.Component;

/**
 * The clusters and roles that client pods may mean: from the shared caches, and from the API server
 * for what these do not know. A role and its pod may be applied within milliseconds, and a pod must
 * not be skipped because a cache is still empty.
 */
@Component
public class ClientClusterCache implements ClusterLookup {

  private final boolean webhooksEnabled;
  private final Set<String> namespaces;
  private final SharedInformers informers;
  private final UncachedReader reader;

  public ClientClusterCache(
      SharedInformers informers,
      OperatorProperties properties,
      WebhookProperties webhooks,
      UncachedReader reader) {
    this.webhooksEnabled = webhooks.enabled();
    this.namespaces = properties.watchNamespaces();
    this.informers = informers;
    this.reader = reader;
  }

  @Override
  public boolean watches(String namespace) {
    return namespaces.isEmpty() || namespaces.contains(namespace);
  }

  @Override
  public ObservedClient find(Identity client, ClusterReference reference) {
    Optional<NatsServiceRole> cached =
        informers.roles().find(client.namespace(), client.serviceAccount());
    Optional<Optional<NatsServiceRole>> role =
        cached.filter(reference::isOf).isPresent()
            ? Optional.of(cached)
            : reader.get(NatsServiceRole.class, client.namespace(), client.serviceAccount());
    ClusterReference meant = reference.orAsIn(role.orElse(cached));
    ClusterResolution known = ClusterResolution.of(meant, candidates(meant));
    Optional<ClusterResolution> choice =
        synced() && known.found().isPresent()
            ? Optional.of(known)
            : reader.clusters(meant.name()).map(live -> ClusterResolution.of(meant, live));
    return new ObservedClient(
        client,
        meant,
        role.orElse(cached),
        choice.orElse(known),
        role.isPresent() && choice.isPresent());
  }

  /** Whether the caches have been filled. */
  boolean synced() {
    return informers.clusters().hasSynced() && informers.roles().hasSynced();
  }

  /** Whether a pod can be injected without a request to the API server, or none will come. */
  boolean isReady() {
    return !webhooksEnabled || synced();
  }

  private List<NatsCluster> candidates(ClusterReference reference) {
    return ClusterIndex.of(
        reference,
        key -> informers.clusters().byIndex(SharedInformers.BY_CANDIDATE_KEY, key),
        informers.clusters());
  }
}
