package org.natsoperator.cluster.validation;

import java.util.List;
import org.natsoperator.access.ClusterName;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.DnsNames;
import org.natsoperator.validation.FieldError;
import org.natsoperator.validation.FieldErrors;

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
        ServerVersion.parse(spec.version()).isEmpty(),
        "spec.version",
        "\"%s\" is no version of nats-server; write one such as \"%s\"",
        spec.version(),
        NatsClusterSpec.DEFAULT_VERSION);
    ImageRules.check(errors, spec);
    checkLameDuck(errors, spec.lameDuckDurationSeconds());
    NatsConfigRules.check(errors, spec);
    PodRules.check(errors, spec.pod());
    checkUsers(errors, spec.auth());
    UnsupportedFields.protecting(spec)
        .forEach(field -> errors.add(field, "is not supported yet; remove it"));
    return errors.list();
  }

  private static void checkLameDuck(FieldErrors errors, int seconds) {
    String field = "spec.lameDuckDurationSeconds";
    errors.addIf(
        seconds < NatsClusterSpec.MIN_LAME_DUCK_SECONDS,
        field,
        "must be %d or more: nats-server refuses less",
        NatsClusterSpec.MIN_LAME_DUCK_SECONDS);
    errors.addIf(
        seconds > NatsClusterSpec.MAX_LAME_DUCK_SECONDS,
        field,
        "must be %d, a day, or less: each restart of a server takes that long",
        NatsClusterSpec.MAX_LAME_DUCK_SECONDS);
  }

  /** A list of namespaces has an effect only if clients log in as ServiceAccounts. */
  private static void checkUsers(FieldErrors errors, AuthPolicy auth) {
    List<String> namespaces = auth.allowedNamespaces();
    errors.addIf(
        !namespaces.isEmpty() && !auth.enableServiceAccounts(),
        "spec.auth.allowedNamespaces",
        AuthPolicy.ALLOWED_NAMESPACES_CONTRADICTION);
    for (int i = 0; i < namespaces.size(); i++) {
      errors.addIf(
          !DnsNames.isLabel(namespaces.get(i)),
          "spec.auth.allowedNamespaces[%d]".formatted(i),
          "\"%s\" is no name of a namespace; write exact names, one to an entry",
          namespaces.get(i));
    }
  }
}
