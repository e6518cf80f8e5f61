package org.natsoperator.cluster;

import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Map;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.validation.FieldError;

/** What would keep the API server from taking the servers' StatefulSet, or would spoil it. */
final class PodRules {

  private static final String PREFIX = "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?";
  private static final String WORD = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

  private PodRules() {}

  static void check(List<FieldError> errors, PodPolicy pod) {
    checkEnvironment(errors, pod.natsEnv());
    checkReserved(errors, pod.labels().keySet());
    checkLabels(errors, "spec.pod.labels", pod.labels());
    checkLabels(errors, "spec.pod.nodeSelector", pod.nodeSelector());
    checkNames(errors, "spec.pod.annotations", pod.annotations());
    ResourceRules.check(errors, "spec.pod.resources", pod.resources());
    ResourceRules.check(errors, "spec.pod.reloaderResources", pod.reloaderResources());
  }

  private static void checkEnvironment(List<FieldError> errors, List<EnvVar> environment) {
    for (int i = 0; i < environment.size(); i++) {
      String name = environment.get(i).getName();
      String field = "spec.pod.natsEnv[%d].name".formatted(i);
      if (name == null || name.isEmpty() || name.contains("=")) {
        errors.add(new FieldError(field, "must be the name of a variable; it holds no '='"));
      } else if (name.equals(ServerConfigFile.SERVER_NAME_ENV)) {
        errors.add(
            new FieldError(field, name + " is the operator's own variable; name it otherwise"));
      }
    }
  }

  private static void checkReserved(List<FieldError> errors, Iterable<String> labels) {
    for (String label : labels) {
      if (label.equals(NatsApi.APP_LABEL) || label.startsWith("nats_")) {
        errors.add(
            new FieldError("spec.pod.labels." + label, "is the operator's own label; remove it"));
      }
    }
  }

  private static void checkLabels(
      List<FieldError> errors, String field, Map<String, String> labels) {
    checkNames(errors, field, labels);
    labels.forEach(
        (name, value) -> {
          if (!value.isEmpty() && !value.matches(WORD)) {
            errors.add(
                new FieldError(
                    field + "." + name,
                    "must have at most 63 of A-Z, a-z, 0-9, '-', '_' and '.', a letter or digit at"
                        + " either end"));
          }
        });
  }

  private static void checkNames(List<FieldError> errors, String field, Map<String, String> named) {
    named
        .keySet()
        .forEach(
            name -> {
              if (!name.matches(PREFIX + WORD)) {
                errors.add(
                    new FieldError(
                        field + "." + name,
                        "is no name of a label or annotation; write one such as \"team\" or"
                            + " \"example.com/team\""));
              }
            });
  }
}
