package org.natsoperator.cluster;

import java.util.ArrayList;
import java.util.List;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.ClusterName;
import org.natsoperator.role.Problem;

/**
 * Finds every mistake in a cluster. Some are refused by the CRD already; an older CRD may still be
 * installed, so nothing is taken for granted.
 */
public final class NatsClusterValidator {

  private NatsClusterValidator() {}

  /** All mistakes, each with its field path; empty for a cluster that can be run. */
  public static List<Problem> validate(NatsCluster cluster) {
    List<Problem> problems = new ArrayList<>();
    NatsClusterSpec spec = cluster.getSpec();
    ClusterName.mistakeIn(cluster.getMetadata().getName())
        .ifPresent(mistake -> problems.add(new Problem("metadata.name", mistake)));
    if (spec.size() < 1) {
      problems.add(new Problem("spec.size", "must be 1 or more"));
    }
    checkVersion(problems, spec.version());
    ImageRules.check(problems, spec);
    checkLameDuck(problems, spec.lameDuckDurationSeconds());
    SettingsRules.check(problems, spec);
    PodRules.check(problems, spec.pod());
    checkLogins(problems, spec.auth());
    UnbuiltFields.protecting(spec)
        .forEach(field -> problems.add(new Problem(field, "is not supported yet; remove it")));
    return problems;
  }

  private static void checkVersion(List<Problem> problems, String version) {
    if (ServerVersion.parse(version).isEmpty()) {
      problems.add(
          new Problem(
              "spec.version",
              "\"%s\" is no version of nats-server; write one such as \"%s\""
                  .formatted(version, NatsClusterSpec.DEFAULT_VERSION)));
    }
  }

  private static void checkLameDuck(List<Problem> problems, int seconds) {
    String field = "spec.lameDuckDurationSeconds";
    if (seconds < NatsClusterSpec.MIN_LAME_DUCK_SECONDS) {
      problems.add(
          new Problem(
              field,
              "must be %d or more: nats-server refuses less"
                  .formatted(NatsClusterSpec.MIN_LAME_DUCK_SECONDS)));
    }
    if (seconds > NatsClusterSpec.MAX_LAME_DUCK_SECONDS) {
      problems.add(
          new Problem(
              field,
              "must be %d, a day, or less: each restart of a server takes that long"
                  .formatted(NatsClusterSpec.MAX_LAME_DUCK_SECONDS)));
    }
  }

  /** Whoever lists namespaces believes that others are kept out. */
  private static void checkLogins(List<Problem> problems, AuthPolicy auth) {
    if (!auth.allowedNamespaces().isEmpty() && !auth.enableServiceAccounts()) {
      problems.add(
          new Problem("spec.auth.allowedNamespaces", AuthPolicy.ALLOWED_NAMESPACES_CONTRADICTION));
    }
    for (int i = 0; i < auth.allowedNamespaces().size(); i++) {
      String namespace = auth.allowedNamespaces().get(i);
      if (!namespace.matches(AuthPolicy.NAMESPACE)) {
        problems.add(
            new Problem(
                "spec.auth.allowedNamespaces[%d]".formatted(i),
                "\"%s\" is no name of a namespace; write exact names, one to an entry"
                    .formatted(namespace)));
      }
    }
  }
}
