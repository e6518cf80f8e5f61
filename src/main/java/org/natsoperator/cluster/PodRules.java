package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Map;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.role.Problem;

/** What would keep the API server from taking the servers' StatefulSet, or would spoil it. */
final class PodRules {

  private static final String PREFIX = "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?";
  private static final String WORD = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

  private PodRules() {}

  static void check(List<Problem> problems, PodPolicy pod) {
    checkEnvironment(problems, pod.natsEnv());
    checkReserved(problems, pod.labels().keySet());
    checkLabels(problems, "spec.pod.labels", pod.labels());
    checkLabels(problems, "spec.pod.nodeSelector", pod.nodeSelector());
    checkNames(problems, "spec.pod.annotations", pod.annotations());
    ResourceRules.check(problems, "spec.pod.resources", pod.resources());
    ResourceRules.check(problems, "spec.pod.reloaderResources", pod.reloaderResources());
  }

  private static void checkEnvironment(List<Problem> problems, List<EnvVar> environment) {
    for (int i = 0; i < environment.size(); i++) {
      String name = environment.get(i).getName();
      String field = "spec.pod.natsEnv[%d].name".formatted(i);
      if (name == null || name.isEmpty() || name.contains("=")) {
        problems.add(new Problem(field, "must be the name of a variable; it holds no '='"));
      } else if (name.equals(ServerConfigFile.SERVER_NAME_ENV)) {
        problems.add(
            new Problem(field, name + " is the operator's own variable; name it otherwise"));
      }
    }
  }

  private static void checkReserved(List<Problem> problems, Iterable<String> labels) {
    for (String label : labels) {
      if (label.equals(NatsApi.APP_LABEL) || label.startsWith("nats_")) {
        problems.add(
            new Problem("spec.pod.labels." + label, "is the operator's own label; remove it"));
      }
    }
  }

  private static void checkLabels(
      List<Problem> problems, String field, Map<String, String> labels) {
    checkNames(problems, field, labels);
    labels.forEach(
        (name, value) -> {
          if (!value.isEmpty() && !value.matches(WORD)) {
            problems.add(
                new Problem(
                    field + "." + name,
                    "must have at most 63 of A-Z, a-z, 0-9, '-', '_' and '.', a letter or digit at"
                        + " either end"));
          }
        });
  }

  private static void checkNames(List<Problem> problems, String field, Map<String, String> named) {
    named
        .keySet()
        .forEach(
            name -> {
              if (!name.matches(PREFIX + WORD)) {
                problems.add(
                    new Problem(
                        field + "." + name,
                        "is no name of a label or annotation; write one such as \"team\" or"
                            + " \"example.com/team\""));
              }
            });
  }
}
