package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsCluster;
import org.natsoperator.api.NatsClusterSpec;
import org.natsoperator.api.NatsConfig;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.config.ServerVersion;
import org.natsoperator.role.Problem;

/**
 * Finds every mistake in a cluster. Most are refused by the CRD already; an older CRD may still be
 * installed, so nothing is taken for granted.
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
    checkSettings(problems, spec.natsConfig());
    checkEnvironment(problems, spec.pod().natsEnv());
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
          new Problem(
              "metadata.name", "must not end in '-mgmt' or '-bound-token'; choose another"));
    }
  }

  /** What a server would refuse keeps it from taking anything, revocations too. */
  private static void checkSettings(List<Problem> problems, NatsConfig settings) {
    String deadline = Objects.requireNonNullElse(settings.writeDeadline(), "");
    if (!deadline.isEmpty() && !deadline.matches(NatsConfig.WRITE_DEADLINE)) {
      problems.add(
          new Problem(
              "spec.natsConfig.write_deadline",
              "\"%s\" is no duration; write one such as \"2s\"".formatted(deadline)));
    }
    int pending = orDefault(settings.maxPending(), NatsConfig.DEFAULT_MAX_PENDING);
    if (orDefault(settings.maxPayload(), 0) > pending) {
      problems.add(
          new Problem(
              "spec.natsConfig.maxPayload",
              "must not be more than maxPending, %d; lower it or raise maxPending"
                  .formatted(pending)));
    }
  }

  private static int orDefault(Integer value, int fallback) {
    return value == null || value == 0 ? fallback : value;
  }

  private static void checkEnvironment(List<Problem> problems, List<EnvVar> environment) {
    for (int i = 0; i < environment.size(); i++) {
      if (ServerConfigFile.SERVER_NAME_ENV.equals(environment.get(i).getName())) {
        problems.add(
            new Problem(
                "spec.pod.natsEnv[%d].name".formatted(i),
                ServerConfigFile.SERVER_NAME_ENV
                    + " is the operator's own variable; name it otherwise"));
      }
    }
  }

  private static void checkReserved(List<Problem> problems, String field, Iterable<String> labels) {
    for (String label : labels) {
      if (label.equals(NatsApi.APP_LABEL) || label.startsWith("nats_")) {
        problems.add(new Problem(field + "." + label, "is the operator's own label; remove it"));
      }
    }
  }
}
