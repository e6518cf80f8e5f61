package org.natsoperator.cluster;

import java.util.ArrayList;
import java.util.List;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.ClusterName;
import org.natsoperator.validation.DnsNames;
import org.natsoperator.validation.FieldError;

/**
 * Finds every mistake in a cluster. Some are refused by the CRD already; an older CRD may still be
 * installed, so nothing is taken for granted.
 */
public final class NatsClusterValidator {

  private NatsClusterValidator() {}

  /** All mistakes, each with its field path; empty for a cluster that can be run. */
  public static List<FieldError> validate(NatsCluster cluster) {
    List<FieldError> errors = new ArrayList<>();
    NatsClusterSpec spec = cluster.getSpec();
    ClusterName.mistakeIn(cluster.getMetadata().getName())
        .ifPresent(mistake -> errors.add(new FieldError("metadata.name", mistake)));
    if (spec.size() < 1) {
      errors.add(new FieldError("spec.size", "must be 1 or more"));
    }
    checkVersion(errors, spec.version());
    ImageRules.check(errors, spec);
    checkLameDuck(errors, spec.lameDuckDurationSeconds());
    SettingsRules.check(errors, spec);
    PodRules.check(errors, spec.pod());
    checkLogins(errors, spec.auth());
    UnbuiltFields.protecting(spec)
        .forEach(field -> errors.add(new FieldError(field, "is not supported yet; remove it")));
    return errors;
  }

  private static void checkVersion(List<FieldError> errors, String version) {
    if (ServerVersion.parse(version).isEmpty()) {
      errors.add(
          new FieldError(
              "spec.version",
              "\"%s\" is no version of nats-server; write one such as \"%s\""
                  .formatted(version, NatsClusterSpec.DEFAULT_VERSION)));
    }
  }

  private static void checkLameDuck(List<FieldError> errors, int seconds) {
    String field = "spec.lameDuckDurationSeconds";
    if (seconds < NatsClusterSpec.MIN_LAME_DUCK_SECONDS) {
      errors.add(
          new FieldError(
              field,
              "must be %d or more: nats-server refuses less"
                  .formatted(NatsClusterSpec.MIN_LAME_DUCK_SECONDS)));
    }
    if (seconds > NatsClusterSpec.MAX_LAME_DUCK_SECONDS) {
      errors.add(
          new FieldError(
              field,
              "must be %d, a day, or less: each restart of a server takes that long"
                  .formatted(NatsClusterSpec.MAX_LAME_DUCK_SECONDS)));
    }
  }

  /** Whoever lists namespaces believes that others are kept out. */
  private static void checkLogins(List<FieldError> errors, AuthPolicy auth) {
    if (!auth.allowedNamespaces().isEmpty() && !auth.enableServiceAccounts()) {
      errors.add(
          new FieldError(
              "spec.auth.allowedNamespaces", AuthPolicy.ALLOWED_NAMESPACES_CONTRADICTION));
    }
    for (int i = 0; i < auth.allowedNamespaces().size(); i++) {
      String namespace = auth.allowedNamespaces().get(i);
      if (!DnsNames.isLabel(namespace)) {
        errors.add(
            new FieldError(
                "spec.auth.allowedNamespaces[%d]".formatted(i),
                "\"%s\" is no name of a namespace; write exact names, one to an entry"
                    .formatted(namespace)));
      }
    }
  }
}
