package org.natsoperator.cluster.plan;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.stream.Collectors;
import org.natsoperator.api.ClusterReasons;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterStatus;
import org.natsoperator.cluster.validation.NatsClusterValidator;
import org.natsoperator.kubernetes.Conditions;

/** The condition Managed: whether all objects of a cluster follow its spec. */
public final class ManagedCondition {

  static final String TYPE = "Managed";

  private static final int MOST_FIELDS_NAMED = 5;

  private ManagedCondition() {}

  static Condition of(NatsCluster cluster) {
    if (cluster.getSpec().isPaused()) {
      return Conditions.unmet(
          TYPE,
          ClusterReasons.PAUSED,
          "only changes of roles take effect; remove spec.paused to apply other changes");
    }
    return NatsClusterValidator.validate(cluster).isEmpty()
        ? Conditions.met(TYPE, ClusterReasons.MANAGED, "the cluster follows its spec")
        : Conditions.unmet(
            TYPE,
            ClusterReasons.INVALID,
            "only changes of roles take effect; correct the spec to apply other changes");
  }

  /**
   * The status of a cluster to which another client added fields again after their removal. Without
   * such fields, the status does not change.
   */
  public static NatsClusterStatus withForeignFields(NatsClusterStatus status, List<String> fields) {
    if (fields.isEmpty()) {
      return status;
    }
    Condition unmet =
        Conditions.unmet(
            TYPE,
            ClusterReasons.FOREIGN_FIELDS,
            "the operator removed fields, and another client added them again: %s%s; remove them, and stop that client"
                .formatted(
                    fields.stream().limit(MOST_FIELDS_NAMED).collect(Collectors.joining(", ")),
                    fields.size() > MOST_FIELDS_NAMED ? ", …" : ""));
    return status.withConditions(
        status.conditions().stream()
            .map(condition -> isMet(condition) ? unmet : condition)
            .toList());
  }

  private static boolean isMet(Condition condition) {
    return condition.getType().equals(TYPE) && Conditions.isMet(condition);
  }
}
