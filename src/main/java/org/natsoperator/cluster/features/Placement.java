package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.validation.DnsNames;
import org.natsoperator.validation.FieldErrors;

/** The nodes of the server pods, and what the pods need there. */
final class Placement implements ServerFeature {

  private static final String NODE = "kubernetes.io/hostname";
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final String IF_POSSIBLE = "ScheduleAnyway";
  private static final Set<String> WHEN_UNSATISFIABLE = Set.of(IF_POSSIBLE, "DoNotSchedule");

  @Override
  public void validate(NatsClusterSpec spec, FieldErrors errors) {
    PodPolicy pod = spec.pod();
    checkName(errors, "spec.pod.priorityClassName", pod.priorityClassName());
    checkName(errors, "spec.pod.serviceAccountName", pod.serviceAccountName());
    for (int i = 0; i < pod.imagePullSecrets().size(); i++) {
      String name = Objects.requireNonNullElse(pod.imagePullSecrets().get(i).getName(), "?");
      checkName(errors, "spec.pod.imagePullSecrets[%d].name".formatted(i), name);
    }
    List<TopologySpreadConstraint> spread = spread(pod);
    for (int i = 0; i < spread.size(); i++) {
      check(errors, "spec.pod.topologySpreadConstraints[%d]".formatted(i), spread.get(i));
    }
  }

  @Override
  public void extendPod(NatsClusterSpec spec, PodParts parts) {
    PodPolicy pod = spec.pod();
    parts
        .pod()
        .withNodeSelector(pod.nodeSelector())
        .withTolerations(pod.tolerations())
        .withAffinity(affinity(pod, parts.servers()))
        .withTopologySpreadConstraints(
            spread(pod).stream().map(rule -> ofServers(rule, parts.servers())).toList())
        .withPriorityClassName(orNull(pod.priorityClassName()))
        .withServiceAccountName(orNull(pod.serviceAccountName()))
        // The old name of the field. Kubernetes sets it, and restores the other one from it.
        .withServiceAccount(orNull(pod.serviceAccountName()))
        .withImagePullSecrets(
            pod.imagePullSecrets().stream()
                .map(secret -> new LocalObjectReference(secret.getName()))
                .toList());
  }

  private static void checkName(FieldErrors errors, String field, String name) {
    errors.addIf(
        name != null && !name.isEmpty() && !DnsNames.isSubdomain(name),
        field,
        "\"%s\" is not a valid name; use the name of an existing object",
        name);
  }

  private static void check(FieldErrors errors, String field, TopologySpreadConstraint rule) {
    String key = rule.getTopologyKey();
    errors.addIf(
        key == null || key.isEmpty(),
        field + ".topologyKey",
        "is missing; set a label of nodes, such as %s",
        ZONE);
    errors.addIf(
        rule.getWhenUnsatisfiable() == null
            || !WHEN_UNSATISFIABLE.contains(rule.getWhenUnsatisfiable()),
        field + ".whenUnsatisfiable",
        "must be ScheduleAnyway or DoNotSchedule");
    errors.addIf(
        rule.getMaxSkew() == null || rule.getMaxSkew() < 1,
        field + ".maxSkew",
        "must be 1 or more");
  }

  private static List<TopologySpreadConstraint> spread(PodPolicy pod) {
    return Objects.requireNonNullElseGet(
        pod.topologySpreadConstraints(),
        () -> Stream.of(NODE, ZONE).map(Placement::evenlyIfPossible).toList());
  }

  private static TopologySpreadConstraint evenlyIfPossible(String topologyKey) {
    return new TopologySpreadConstraintBuilder()
        .withMaxSkew(1)
        .withTopologyKey(topologyKey)
        .withWhenUnsatisfiable(IF_POSSIBLE)
        .build();
  }

  private static TopologySpreadConstraint ofServers(
      TopologySpreadConstraint rule, LabelSelector servers) {
    return rule.getLabelSelector() == null
        ? new TopologySpreadConstraintBuilder(rule).withLabelSelector(servers).build()
        : rule;
  }

  /** Separates servers from each other, not from clients, which have one of the labels too. */
  private static Affinity affinity(PodPolicy pod, LabelSelector servers) {
    if (!Boolean.TRUE.equals(pod.antiAffinity())) {
      return pod.affinity();
    }
    return new AffinityBuilder(pod.affinity())
        .editOrNewPodAntiAffinity()
        .addNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withTopologyKey(NODE)
        .withLabelSelector(servers)
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endPodAntiAffinity()
        .build();
  }

  /** Go clients send empty texts. */
  private static String orNull(String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
