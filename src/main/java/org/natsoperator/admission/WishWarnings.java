package org.natsoperator.admission;

import java.util.List;

/** What the user of a new pod should know about what it asks for. */
final class WishWarnings {

  private WishWarnings() {}

  static void add(
      PodTree pod, PodWishes wishes, List<ClientCluster> clusters, UserWarnings warnings) {
    clusters.stream().flatMap(cluster -> cluster.warnings().stream()).forEach(warnings::add);
    if (clusters.stream().anyMatch(ClientCluster::isOfDefaultServiceAccount)) {
      warnings.add(
          "spec.serviceAccountName: \"default\" belongs to every pod that names none; make one for"
              + " it");
    }
    ContainerSelection containers = wishes.containers();
    containers
        .unknown(pod.containers())
        .forEach(
            name ->
                warnings.add("%s: there is no container %s so far", containers.annotation(), name));
    wishes.lifetime().ifPresent(lifetime -> addLifetime(lifetime, clusters, warnings));
  }

  private static void addLifetime(
      TokenLifetime lifetime, List<ClientCluster> clusters, UserWarnings warnings) {
    if (!lifetime.equals(lifetime.clamped())) {
      warnings.add(
          "%s: %s is out of range; %s is taken",
          PodAnnotations.TOKEN_LIFETIME, lifetime, lifetime.clamped());
    }
    clusters.stream()
        .filter(cluster -> cluster.trust() == Trust.BOUND_SECRET)
        .forEach(
            cluster ->
                warnings.add(
                    "%s: means nothing to NatsCluster %s, whose tokens lie in Secrets",
                    PodAnnotations.TOKEN_LIFETIME, cluster.name()));
  }
}
