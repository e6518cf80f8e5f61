package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.Map;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.validation.FieldErrors;

/** Labels, placement, environment and resources of the server pods. */
final class PodSettings implements ServerFeature {

  private static final ResourceRequirements MODEST =
      new ResourceRequirementsBuilder()
          .addToRequests("cpu", new Quantity("50m"))
          .addToRequests("memory", new Quantity("32Mi"))
          .build();

  @Override
  public void validate(NatsClusterSpec spec, FieldErrors errors) {
    PodRules.check(errors, spec.pod());
  }

  @Override
  public void extendPod(NatsClusterSpec spec, PodParts parts) {
    PodPolicy pod = spec.pod();
    parts.metadata().addToLabels(pod.labels()).addToAnnotations(pod.annotations());
    parts
        .pod()
        .withNodeSelector(pod.nodeSelector())
        .withTolerations(pod.tolerations())
        .withAffinity(affinity(pod, parts.servers()));
    parts.server().addAllToEnv(pod.natsEnv()).withResources(resources(pod));
  }

  /** Separates servers from each other, not from clients, which have one of the labels too. */
  private static Affinity affinity(PodPolicy pod, LabelSelector servers) {
    if (!Boolean.TRUE.equals(pod.antiAffinity())) {
      return null;
    }
    return new AffinityBuilder()
        .withNewPodAntiAffinity()
        .addNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withTopologyKey("kubernetes.io/hostname")
        .withLabelSelector(servers)
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endPodAntiAffinity()
        .build();
  }

  /** Never empty: on a busy node such a pod gets CPU time last and is evicted first. */
  private static ResourceRequirements resources(PodPolicy pod) {
    ResourceRequirements wanted = pod.resources();
    return wanted == null || isEmpty(wanted.getRequests()) && isEmpty(wanted.getLimits())
        ? MODEST
        : wanted;
  }

  private static boolean isEmpty(Map<String, Quantity> amounts) {
    return amounts == null || amounts.isEmpty();
  }
}
