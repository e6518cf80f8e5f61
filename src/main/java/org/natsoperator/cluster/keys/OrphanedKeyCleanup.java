package org.natsoperator.cluster.keys;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.kubernetes.ApiErrors;
import org.natsoperator.leader.Leadership;
import org.natsoperator.lookup.Pages;
import org.natsoperator.lookup.SharedInformers;
import org.natsoperator.settings.OperatorProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Deletes the keys of deleted clusters if this replica is the leader. Owner references cannot do
 * this, since they are limited to one namespace. Keys of clusters in unwatched namespaces are kept.
 */
@Component
public class OrphanedKeyCleanup {

  private static final Logger LOG = LoggerFactory.getLogger(OrphanedKeyCleanup.class);

  /** Only for clusters that were deleted while no replica watched. */
  private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final String namespace;
  private final Set<String> watchNamespaces;
  private final ClusterKeyStore keys;
  private final CalloutKeyStore calloutKeys;
  private final Leadership leadership;
  private final SharedInformers informers;

  /**
   * A thread of its own: a namespace can be deleted with many clusters, while requests are slow.
   */
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());

  OrphanedKeyCleanup(
      KubernetesClient client,
      OperatorProperties properties,
      ClusterKeyStore keys,
      CalloutKeyStore calloutKeys,
      Leadership leadership,
      SharedInformers informers,
      TaskScheduler scheduler) {
    this.client = client;
    this.namespace = properties.namespace();
    this.watchNamespaces = properties.watchNamespaces();
    this.keys = keys;
    this.calloutKeys = calloutKeys;
    this.leadership = leadership;
    this.informers = informers;
    informers.clusters().onDelete(cluster -> ended(uid(cluster)));
    leadership.whenBegun(
        scheduler, Duration.ZERO, BETWEEN_SWEEPS, () -> ifLeading(this::deleteOrphans));
  }

  /** Deletes the keys of a deleted cluster without blocking the caller. */
  public void ended(String clusterUid) {
    thread.execute(() -> ifLeading(() -> forget(clusterUid, "the cluster was deleted")));
  }

  @PreDestroy
  void stop() {
    thread.shutdownNow();
  }

  /**
   * Deletes the keys of a cluster that was deleted during its reconciliation, which may have
   * generated them after {@link #ended} deleted the others. A deletion that the informer receives
   * only after this check calls {@link #ended} again.
   *
   * @return whether the cluster was deleted
   */
  public boolean deletedDuringReconciliation(NatsCluster cluster) {
    if (isCached(cluster) || lives(cluster.getMetadata().getNamespace(), uid(cluster))) {
      return false;
    }
    forget(uid(cluster), "the cluster was deleted during its reconciliation");
    return true;
  }

  private boolean isCached(NatsCluster cluster) {
    var meta = cluster.getMetadata();
    return informers
        .clusters()
        .find(meta.getNamespace(), meta.getName())
        .filter(cached -> uid(cached).equals(uid(cluster)))
        .isPresent();
  }

  /** The next cleanup retries a failed task. */
  private void ifLeading(Runnable task) {
    if (!leadership.isHeld()) {
      return;
    }
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("error", ApiErrors.summary(e))
          .log("Failed to delete the keys of deleted clusters; retrying");
    }
  }

  private void deleteOrphans() {
    List<Secret> all = new ArrayList<>();
    Pages.forEach(client.secrets().inNamespace(namespace).withLabel(KeySecret.LABEL), all::add);
    Set<String> uids =
        informers.clusters().list().map(OrphanedKeyCleanup::uid).collect(Collectors.toSet());
    all.stream()
        .filter(secret -> !uids.contains(KeySecret.clusterUid(secret)))
        .filter(secret -> watched(KeySecret.clusterNamespace(secret)))
        .filter(secret -> !lives(KeySecret.clusterNamespace(secret), KeySecret.clusterUid(secret)))
        .map(KeySecret::clusterUid)
        .distinct()
        .forEach(uid -> forget(uid, "the cluster was deleted while no operator ran"));
  }

  private void forget(String clusterUid, String why) {
    boolean forgotten = keys.forget(clusterUid);
    if (calloutKeys.forget(clusterUid) || forgotten) {
      LOG.atInfo()
          .addKeyValue("clusterUid", clusterUid)
          .addKeyValue("reason", why)
          .log("Deleted the keys of a cluster");
    }
  }

  private boolean lives(String clusterNamespace, String clusterUid) {
    Set<String> uids = new HashSet<>();
    Pages.forEach(
        client.resources(NatsCluster.class).inNamespace(clusterNamespace),
        cluster -> uids.add(uid(cluster)));
    return uids.contains(clusterUid);
  }

  private boolean watched(String clusterNamespace) {
    return watchNamespaces.isEmpty() || watchNamespaces.contains(clusterNamespace);
  }

  private static String uid(NatsCluster cluster) {
    return cluster.getMetadata().getUid();
  }
}
