package org.natsoperator.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.ServicePolicy;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.validation.FieldError;

/**
 * What is legal in a cluster but may not be meant. Each is a short sentence, so that it fits into a
 * warning of 120 characters.
 */
public final class ClusterDoubts {

  private static final String LOGINS = "spec.auth.enableServiceAccounts";

  private ClusterDoubts() {}

  /** The doubts about a cluster without mistakes. */
  public static List<FieldError> about(NatsCluster cluster) {
    NatsClusterSpec spec = cluster.getSpec();
    List<FieldError> doubts = new ArrayList<>();
    UnbuiltFields.harmless(spec)
        .forEach(
            field -> doubts.add(new FieldError(field, "is not supported yet and has no effect")));
    if (spec.isPaused()) {
      doubts.add(
          new FieldError("spec.paused", "nothing but roles takes effect until it is removed"));
    }
    if (Boolean.TRUE.equals(spec.natsConfig().trace())) {
      doubts.add(new FieldError("spec.natsConfig.trace", "logs the payload of every message"));
    }
    addLogins(doubts, cluster);
    addLabels(doubts, "spec.servicePolicy", spec.servicePolicy());
    addLabels(doubts, "spec.managementServicePolicy", spec.managementServicePolicy());
    return doubts;
  }

  private static void addLogins(List<FieldError> doubts, NatsCluster cluster) {
    NatsClusterSpec spec = cluster.getSpec();
    AuthPolicy auth = spec.auth();
    if (!auth.enableServiceAccounts()) {
      doubts.add(
          new FieldError(LOGINS, "without it whoever reaches the servers may do everything"));
    } else if (restartsForRoles(spec)) {
      doubts.add(
          new FieldError(
              "spec.pod.enableConfigReload", "without it each change of a role restarts servers"));
    }
    if (auth.allowedNamespaces().contains(cluster.getMetadata().getNamespace())) {
      doubts.add(
          new FieldError("spec.auth.allowedNamespaces", "the cluster's own is admitted anyway"));
    }
  }

  private static boolean restartsForRoles(NatsClusterSpec spec) {
    Optional<ServerVersion> version = ServerVersion.parse(spec.version());
    return version.isPresent()
        && ReloadedBy.of(spec.pod().enableConfigReload(), version.get()).isEmpty();
  }

  private static void addLabels(List<FieldError> doubts, String field, ServicePolicy policy) {
    Optional.ofNullable(policy).map(ServicePolicy::labels).stream()
        .flatMap(labels -> labels.keySet().stream())
        .flatMap(label -> Stream.of(NatsApi.APP_LABEL, NatsApi.CLUSTER_LABEL).filter(label::equals))
        .sorted()
        .forEach(
            label ->
                doubts.add(
                    new FieldError(
                        field + ".labels." + label, "the operator's own value is kept")));
  }
}
