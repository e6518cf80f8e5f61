package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerVersion;

/**
 * The StatefulSet of the servers, {@code <cluster>-1} to {@code <cluster>-N}. Which server is
 * replaced when is for {@code Rollout} to say: the controller's own order is by number, where a
 * server that does not work must come first.
 */
public final class ServerStatefulSet {

  private static final int OLD_TEMPLATES = 3;

  private ServerStatefulSet() {}

  public static StatefulSet of(
      NatsCluster cluster, ServerVersion version, String revision, int replicas) {
    ChildNames names = ChildNames.of(cluster);
    return new StatefulSetBuilder()
        .withMetadata(ChildMetadata.of(cluster, names.statefulSet()))
        .withNewSpec()
        .withReplicas(replicas)
        .withNewOrdinals(1)
        .withServiceName(names.managementService())
        .withPodManagementPolicy("Parallel")
        .withRevisionHistoryLimit(OLD_TEMPLATES)
        .withNewUpdateStrategy()
        .withType("OnDelete")
        .endUpdateStrategy()
        .withNewSelector()
        .withMatchLabels(ChildMetadata.labels(cluster))
        .endSelector()
        .withTemplate(new ServerPod(cluster, version, revision).template())
        .endSpec()
        .build();
  }
}
