package org.natsoperator.cluster.validation;

import java.util.List;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.ServicePolicy;
import org.natsoperator.cluster.features.ServerFeatures;
import org.natsoperator.validation.FieldError;
import org.natsoperator.validation.FieldErrors;

/**
 * Warnings about valid fields that a user may not intend. Each is a short sentence that fits into a
 * warning of 120 characters.
 */
public final class NatsClusterWarnings {

  private NatsClusterWarnings() {}

  /** Warnings about a cluster without errors. */
  public static List<FieldError> about(NatsCluster cluster) {
    NatsClusterSpec spec = cluster.getSpec();
    FieldErrors warnings = new FieldErrors();
    UnsupportedFields.harmless(spec)
        .forEach(field -> warnings.add(field, "is not supported yet and has no effect; remove it"));
    warnings.addIf(
        spec.isPaused(), "spec.paused", "only changes of roles take effect until it is removed");
    ServerFeatures.ALL.forEach(feature -> feature.warn(cluster, warnings));
    addLabels(warnings, "spec.servicePolicy", spec.servicePolicy());
    addLabels(warnings, "spec.managementServicePolicy", spec.managementServicePolicy());
    return warnings.list();
  }

  private static void addLabels(FieldErrors warnings, String field, ServicePolicy policy) {
    if (policy != null && policy.labels() != null) {
      for (String label : List.of(NatsApi.APP_LABEL, NatsApi.CLUSTER_LABEL)) {
        warnings.addIf(
            policy.labels().containsKey(label),
            field + ".labels." + label,
            "is reserved for the operator and ignored; remove it");
      }
    }
  }
}
