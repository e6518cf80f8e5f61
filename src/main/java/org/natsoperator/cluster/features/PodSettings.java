package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.validation.FieldErrors;

/** Labels, environment and resources of the server pods. */
final class PodSettings implements ServerFeature {

  private static final String MEMORY = "memory";

  /** The Go runtime collects garbage more often near this amount, before the kernel's limit. */
  private static final String GO_MEMORY_LIMIT = "GOMEMLIMIT";

  private static final BigDecimal SHARE_OF_LIMIT = new BigDecimal("0.8");

  /** A quantity can be so large that its digits would fill the memory. */
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private static final ResourceRequirements MODEST =
      new ResourceRequirementsBuilder()
          .addToRequests("cpu", new Quantity("50m"))
          .addToRequests(MEMORY, new Quantity("32Mi"))
          .build();

  @Override
  public void validate(NatsClusterSpec spec, FieldErrors errors) {
    PodRules.check(errors, spec.pod());
  }

  @Override
  public void extendPod(NatsClusterSpec spec, PodParts parts) {
    PodPolicy pod = spec.pod();
    parts.metadata().addToLabels(pod.labels()).addToAnnotations(pod.annotations());
    ResourceRequirements resources = resources(pod);
    goMemoryLimit(pod, resources).ifPresent(parts.server()::addToEnv);
    parts.server().addAllToEnv(pod.natsEnv()).withResources(resources);
  }

  private static Optional<EnvVar> goMemoryLimit(PodPolicy pod, ResourceRequirements resources) {
    boolean isSet =
        pod.natsEnv().stream().anyMatch(variable -> GO_MEMORY_LIMIT.equals(variable.getName()));
    return Optional.ofNullable(resources.getLimits())
        .map(limits -> limits.get(MEMORY))
        .filter(limit -> limit.getAmount() != null)
        .map(limit -> limit.getNumericalAmount().multiply(SHARE_OF_LIMIT))
        .filter(bytes -> !isSet && bytes.compareTo(LARGEST) < 0)
        .map(BigDecimal::longValue)
        .filter(bytes -> bytes > 0)
        .map(
            bytes ->
                new EnvVarBuilder()
                    .withName(GO_MEMORY_LIMIT)
                    .withValue(Long.toString(bytes))
                    .build());
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
