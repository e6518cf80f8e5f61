package org.natsoperator.lookup;

import java.util.Optional;
import org.natsoperator.access.ClusterReference;
import org.natsoperator.access.ClusterResolution;
import org.natsoperator.access.Identity;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.settings.OperatorProperties;
import org.natsoperator.settings.WebhookProperties;
import org.springframework.stereotype.Component;

/**
 * Finds the cluster and the role of a client pod in the shared caches. If they are missing there,
 * it reads them from the API server. A role and its pod may be applied within milliseconds, and a
 * pod must not be skipped because a cache is still empty.
 */
@Component
public class ClientClusterCache implements ClusterLookup {

  private final OperatorProperties properties;
  private final boolean webhooksEnabled;
  private final SharedInformers informers;
  private final UncachedReader reader;

  public ClientClusterCache(
      SharedInformers informers,
      OperatorProperties properties,
      WebhookProperties webhooks,
      UncachedReader reader) {
    this.properties = properties;
    this.webhooksEnabled = webhooks.enabled();
    this.informers = informers;
    this.reader = reader;
  }

  @Override
  public boolean watches(String namespace) {
    return properties.watches(namespace);
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
    String namespace = meant.clusterNamespace();
    ClusterResolution known =
        ClusterResolution.of(meant, informers.clusters().find(namespace, meant.name()));
    Optional<ClusterResolution> choice =
        known.found().isPresent() || !watches(namespace)
            ? Optional.of(known)
            : reader
                .get(NatsCluster.class, namespace, meant.name())
                .map(live -> ClusterResolution.of(meant, live));
    return new ObservedClient(
        client,
        meant,
        role.orElse(cached),
        choice.orElse(known),
        role.isPresent() && choice.isPresent());
  }

  /** Whether a pod can be injected without a request to the API server, or webhooks are off. */
  public boolean isReady() {
    return !webhooksEnabled || (informers.clusters().hasSynced() && informers.roles().hasSynced());
  }
}
