package org.natsoperator.cluster.validation;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.ServicePolicy;
import org.natsoperator.cluster.resources.ReloadMethod;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.FieldError;
import org.natsoperator.validation.FieldErrors;

/**
 * What is legal in a cluster but may not be meant. Each is a short sentence, so that it fits into a
 * warning of 120 characters.
 */
public final class NatsClusterWarnings {

  private NatsClusterWarnings() {}

  /** The doubts about a cluster without mistakes. */
  public static List<FieldError> about(NatsCluster cluster) {
    NatsClusterSpec spec = cluster.getSpec();
    FieldErrors warnings = new FieldErrors();
    UnsupportedFields.harmless(spec)
        .forEach(field -> warnings.add(field, "is not supported yet and has no effect"));
    warnings.addIf(
        spec.isPaused(), "spec.paused", "nothing but roles takes effect until it is removed");
    warnings.addIf(
        Boolean.TRUE.equals(spec.natsConfig().trace()),
        "spec.natsConfig.trace",
        "logs the payload of every message");
    AuthPolicy auth = spec.auth();
    warnings.addIf(
        !auth.enableServiceAccounts(),
        "spec.auth.enableServiceAccounts",
        "without it whoever reaches the servers may do everything");
    warnings.addIf(
        auth.enableServiceAccounts() && restartsForRoles(spec),
        "spec.pod.enableConfigReload",
        "without it each change of a role restarts servers");
    warnings.addIf(
        auth.allowedNamespaces().contains(cluster.getMetadata().getNamespace()),
        "spec.auth.allowedNamespaces",
        "the cluster's own is admitted anyway");
    addLabels(warnings, "spec.servicePolicy", spec.servicePolicy());
    addLabels(warnings, "spec.managementServicePolicy", spec.managementServicePolicy());
    return warnings.list();
  }

  private static boolean restartsForRoles(NatsClusterSpec spec) {
    Optional<ServerVersion> version = ServerVersion.parse(spec.version());
    return version.isPresent()
        && ReloadMethod.of(spec.pod().enableConfigReload(), version.get()).isEmpty();
  }

  private static void addLabels(FieldErrors warnings, String field, ServicePolicy policy) {
    Optional.ofNullable(policy).map(ServicePolicy::labels).stream()
        .flatMap(labels -> labels.keySet().stream())
        .flatMap(label -> Stream.of(NatsApi.APP_LABEL, NatsApi.CLUSTER_LABEL).filter(label::equals))
        .sorted()
        .forEach(
            label -> warnings.add(field + ".labels." + label, "the operator's own value is kept"));
  }
}
