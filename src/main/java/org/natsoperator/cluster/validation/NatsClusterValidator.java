package org.natsoperator.cluster.validation;

import java.util.List;
import org.natsoperator.access.ClusterName;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.cluster.features.ImageRules;
import org.natsoperator.cluster.features.ServerFeatures;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.FieldError;
import org.natsoperator.validation.FieldErrors;
import org.natsoperator.validation.TypeErrors;

/** Finds all errors in a cluster, including those that only a current CRD rejects. */
public final class NatsClusterValidator {

  private NatsClusterValidator() {}

  /** Returns all errors; empty for a cluster that the operator can run. */
  public static List<FieldError> validate(NatsCluster cluster) {
    FieldErrors errors = new FieldErrors();
    NatsClusterSpec spec = cluster.getSpec();
    ClusterName.mistakeIn(cluster.getMetadata().getName())
        .ifPresent(mistake -> errors.add("metadata.name", mistake));
    errors.addIf(spec.size() < 1, "spec.size", "must be 1 or more");
    errors.addIf(
        spec.size() > NatsClusterSpec.MAX_SIZE,
        "spec.size",
        "must be %d or less; lower it, or use several clusters",
        NatsClusterSpec.MAX_SIZE);
    errors.addIf(
        ServerVersion.parse(spec.version()).isEmpty(),
        "spec.version",
        "\"%s\" is not a valid nats-server version; use a release such as %s",
        spec.version(),
        NatsClusterSpec.DEFAULT_VERSION);
    ImageRules.check(errors, "spec.serverImage", spec.serverImage());
    SpecLength.check(errors, spec);
    ServerFeatures.ALL.forEach(feature -> feature.validate(spec, errors));
    UnsupportedFields.protecting(spec)
        .forEach(field -> errors.add(field, "is not supported yet; remove it"));
    return TypeErrors.before(errors.list(), cluster);
  }
}
