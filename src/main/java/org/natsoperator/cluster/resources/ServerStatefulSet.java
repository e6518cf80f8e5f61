package org.natsoperator.cluster.resources;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.settings.ServerImages;

/**
 * The StatefulSet of the servers, {@code <cluster>-1} to {@code <cluster>-N}. {@code Rollout}
 * decides the order of restarts: a server that does not work is first, with any ordinal.
 */
public final class ServerStatefulSet {

  private ServerStatefulSet() {}

  public static StatefulSet of(
      NatsCluster cluster,
      ServerVersion version,
      String revision,
      int replicas,
      ServerImages images) {
    ChildNames names = ChildNames.of(cluster);
    return new StatefulSetBuilder()
        .withMetadata(ChildMetadata.of(cluster, names.statefulSet()))
        .withNewSpec()
        .withReplicas(replicas)
        .withNewOrdinals(1)
        .withServiceName(names.managementService())
        .withPodManagementPolicy("Parallel")
        .withRevisionHistoryLimit(3)
        .withNewUpdateStrategy()
        .withType("OnDelete")
        .endUpdateStrategy()
        .withSelector(ChildMetadata.selector(cluster))
        .withTemplate(new ServerPod(cluster, version, revision).template(images))
        .endSpec()
        .build();
  }
}
