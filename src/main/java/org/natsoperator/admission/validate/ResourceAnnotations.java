package org.natsoperator.admission.validate;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.natsoperator.api.NatsApi;
import org.natsoperator.validation.FieldError;
import org.natsoperator.validation.FieldErrors;
import org.natsoperator.validation.UnknownAnnotations;

/** The annotations of each kind, and warnings about others. */
final class ResourceAnnotations {

  /** With those that the Go operator set, which have no effect any more. */
  static final Set<String> OF_CLUSTERS =
      Set.of(
          NatsApi.REISSUE_ANNOTATION,
          NatsApi.RESTART_ANNOTATION,
          NatsApi.PROTECTION_ANNOTATION,
          NatsApi.RENEW_KEYS_ANNOTATION,
          NatsApi.FORCE_SWITCH_ANNOTATION,
          "nats.io/cas",
          "nats.io/clas",
          "nats.io/gas",
          "nats.io/nsr");

  static final Set<String> OF_ROLES =
      Set.of(
          NatsApi.REISSUE_ANNOTATION,
          NatsApi.CLUSTER_NAMESPACE_ANNOTATION,
          NatsApi.PROTECTION_ANNOTATION);

  private static final String FIELD = "metadata.annotations.";

  private ResourceAnnotations() {}

  /** Warnings about the annotations that are new or have another value than before. */
  static List<FieldError> warnings(
      Optional<? extends HasMetadata> before, HasMetadata after, Set<String> known) {
    Map<String, String> changed = new HashMap<>(annotations(after));
    before.ifPresent(old -> changed.entrySet().removeAll(annotations(old).entrySet()));
    FieldErrors warnings = new FieldErrors();
    UnknownAnnotations.among(changed.keySet(), known)
        .forEach(name -> warnings.add(FIELD + name, UnknownAnnotations.WARNING));
    String protection = changed.get(NatsApi.PROTECTION_ANNOTATION);
    warnings.addIf(
        protection != null && !Set.of(NatsApi.PROTECTED, "false").contains(protection),
        FIELD + NatsApi.PROTECTION_ANNOTATION,
        "does not protect the object with this value; set it to \"true\"");
    return warnings.list();
  }

  private static Map<String, String> annotations(HasMetadata object) {
    return Objects.requireNonNullElse(object.getMetadata().getAnnotations(), Map.of());
  }
}
