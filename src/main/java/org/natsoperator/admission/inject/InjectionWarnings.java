package org.natsoperator.admission.inject;

import java.util.List;
import java.util.Map;
import org.natsoperator.admission.review.AdmissionWarnings;
import org.natsoperator.validation.UnknownAnnotations;

/** Warnings about the label and annotations of a new pod. */
final class InjectionWarnings {

  private InjectionWarnings() {}

  static void add(
      PodView pod,
      InjectionOptions options,
      List<ResolvedCluster> clusters,
      AdmissionWarnings warnings) {
    clusters.stream().flatMap(cluster -> cluster.warnings().stream()).forEach(warnings::add);
    if (clusters.stream().anyMatch(cluster -> cluster.isOf(PodView.DEFAULT_SERVICE_ACCOUNT))) {
      warnings.add(
          "spec.serviceAccountName: \"default\" is shared by other pods; create a ServiceAccount"
              + " for this pod");
    }
    List<String> names = pod.annotations().propertyStream().map(Map.Entry::getKey).toList();
    UnknownAnnotations.among(names, InjectionAnnotations.KNOWN)
        .forEach(name -> warnings.add("%s: %s", name, UnknownAnnotations.WARNING));
    ContainerSelection containers = options.containers();
    containers
        .unknown(pod.containers())
        .forEach(
            name ->
                warnings.add(
                    "%s: the pod has no container %s yet; check the name",
                    containers.annotation(), name));
    options.lifetime().ifPresent(lifetime -> addLifetime(lifetime, clusters, warnings));
  }

  private static void addLifetime(
      TokenExpiration lifetime, List<ResolvedCluster> clusters, AdmissionWarnings warnings) {
    if (!lifetime.equals(lifetime.clamped())) {
      warnings.add(
          "%s: %s is out of range, so the operator uses %s; use %s to %s",
          InjectionAnnotations.TOKEN_LIFETIME,
          lifetime,
          lifetime.clamped(),
          TokenExpiration.SHORTEST,
          TokenExpiration.LONGEST);
    }
    clusters.stream()
        .filter(cluster -> cluster.trust() == TokenMode.BOUND_SECRET)
        .forEach(
            cluster ->
                warnings.add(
                    "%s: has no effect for NatsCluster %s, whose tokens are in Secrets",
                    InjectionAnnotations.TOKEN_LIFETIME, cluster.name()));
  }
}
