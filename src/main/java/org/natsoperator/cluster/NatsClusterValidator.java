package org.natsoperator.cluster;

import java.util.ArrayList;
import java.util.List;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.Problem;

/**
 * Finds every mistake in a cluster. Most are refused by the CRD already; an older CRD may still be installed, so nothing
 * is taken for granted.
 */
final class NatsClusterValidator {

  private static final int LONGEST_NAME = 45;

  private NatsClusterValidator() {}

  static List<Problem> validate(NatsCluster cluster) {
    List<Problem> problems = new ArrayList<>();
    NatsClusterSpec spec = cluster.getSpec();
    checkName(problems, cluster.getMetadata().getName());
    if (spec.size() < 1) {
      problems.add(new Problem("spec.size", "must be 1 or more"));
    }
    if (ServerVersion.parse(spec.version()).isEmpty()) {
      problems.add(
          new Problem(
              "spec.version",
              "\"%s\" is no version of nats-server; write one such as \"%s\""
                  .formatted(spec.version(), NatsClusterSpec.DEFAULT_VERSION)));
    }
    if (spec.lameDuckDurationSeconds() < NatsClusterSpec.MIN_LAME_DUCK_SECONDS) {
      problems.add(
          new Problem(
              "spec.lameDuckDurationSeconds",
              "must be %d or more: nats-server refuses less"
                  .formatted(NatsClusterSpec.MIN_LAME_DUCK_SECONDS)));
    }
    checkReserved(problems, "spec.pod.labels", spec.pod().labels().keySet());
    UnbuiltFields.protecting(spec)
        .forEach(field -> problems.add(new Problem(field, "is not supported yet; remove it")));
    return problems;
  }

  private static void checkName(List<Problem> problems, String name) {
    if (name.length() > LONGEST_NAME || !name.matches("[a-z]([-a-z0-9]*[a-z0-9])?")) {
      problems.add(
          new Problem(
              "metadata.name",
              "must start with a letter, hold only a-z, 0-9 and '-', and have at most %d characters"
                  .formatted(LONGEST_NAME)));
    }
    if (name.endsWith("-mgmt") || name.endsWith("-bound-token")) {
      problems.add(
          new Problem("metadata.name", "must not end in '-mgmt' or '-bound-token'; choose another"));
    }
  }

  private static void checkReserved(
      List<Problem> problems, String field, Iterable<String> labels) {
    for (String label : labels) {
      if (label.equals(NatsApi.APP_LABEL) || label.startsWith("nats_")) {
        problems.add(new Problem(field + "." + label, "is the operator's own label; remove it"));
      }
    }
  }
}
