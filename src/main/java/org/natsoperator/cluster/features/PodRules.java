package org.natsoperator.cluster.features;

import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.PodPolicy;
import org.natsoperator.api.PodUser;
import org.natsoperator.config.ServerConfigFile;
import org.natsoperator.validation.FieldErrors;

/** Rejects values that would make the servers' StatefulSet invalid or break it. */
final class PodRules {

  private static final String PREFIX = "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?";
  private static final String WORD = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

  /** Followed by the name of a container. Kubernetes copies it into the pod's security context. */
  private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

  private PodRules() {}

  static void check(FieldErrors errors, PodPolicy pod) {
    checkEnvironment(errors, pod.natsEnv());
    checkReserved(errors, pod.labels().keySet());
    checkLabels(errors, "spec.pod.labels", pod.labels());
    checkLabels(errors, "spec.pod.nodeSelector", pod.nodeSelector());
    checkNames(errors, "spec.pod.annotations", pod.annotations());
    checkAppArmor(errors, pod.annotations());
    ResourceRules.check(errors, "spec.pod.resources", pod.resources());
    checkUser(errors, pod.securityContext());
  }

  private static void checkUser(FieldErrors errors, PodUser user) {
    String path = "spec.pod.securityContext.";
    checkId(errors, path + "runAsUser", user.runAsUser(), 1);
    checkId(errors, path + "runAsGroup", user.runAsGroup(), 0);
    checkId(errors, path + "fsGroup", user.fsGroup(), 0);
    errors.addIf(
        user.runAsUser() != null && user.fsGroup() == null,
        path + "runAsUser",
        PodUser.GROUP_MISSING);
  }

  private static void checkId(FieldErrors errors, String field, Integer id, int minimum) {
    errors.addIf(id != null && id < minimum, field, "must be %d or more", minimum);
  }

  private static void checkEnvironment(FieldErrors errors, List<EnvVar> environment) {
    for (int i = 0; i < environment.size(); i++) {
      String name = Objects.requireNonNullElse(environment.get(i).getName(), "");
      String field = "spec.pod.natsEnv[%d].name".formatted(i);
      errors.addIf(
          name.isEmpty() || name.contains("="),
          field,
          "must be the name of a variable, without '='");
      errors.addIf(
          name.equals(ServerConfigFile.SERVER_NAME_ENV),
          field,
          "%s is reserved for the operator; use another name",
          name);
    }
  }

  private static void checkReserved(FieldErrors errors, Iterable<String> labels) {
    for (String label : labels) {
      errors.addIf(
          label.equals(NatsApi.APP_LABEL) || label.startsWith("nats_"),
          "spec.pod.labels." + label,
          "is reserved for the operator; remove it");
    }
  }

  private static void checkLabels(FieldErrors errors, String field, Map<String, String> labels) {
    checkNames(errors, field, labels);
    labels.forEach(
        (name, value) ->
            errors.addIf(
                !value.isEmpty() && !value.matches(WORD),
                field + "." + name,
                "must have at most 63 characters of A-Z, a-z, 0-9, '-', '_' and '.', and start and"
                    + " end with a letter or digit"));
  }

  /** The Pod Security Standard "baseline" forbids this profile only. */
  private static void checkAppArmor(FieldErrors errors, Map<String, String> annotations) {
    annotations.forEach(
        (name, value) ->
            errors.addIf(
                name.startsWith(APP_ARMOR) && value.equals("unconfined"),
                "spec.pod.annotations." + name,
                "must not be \"unconfined\"; use \"runtime/default\", or remove it"));
  }

  private static void checkNames(FieldErrors errors, String field, Map<String, String> named) {
    for (String name : named.keySet()) {
      errors.addIf(
          !name.matches(PREFIX + WORD),
          field + "." + name,
          "is not a valid label or annotation name; use one such as \"team\" or"
              + " \"example.com/team\"");
    }
  }
}
