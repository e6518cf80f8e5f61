package org.natsoperator.role;

import static org.natsoperator.access.SubjectSyntax.quoted;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.natsoperator.access.ClientNames;
import org.natsoperator.access.ClusterName;
import org.natsoperator.access.Identity;
import org.natsoperator.access.SubjectPermission;
import org.natsoperator.access.SubjectSyntax;
import org.natsoperator.api.AllowResponses;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.Permissions;
import org.natsoperator.api.RoleLimits;
import org.natsoperator.validation.DnsNames;
import org.natsoperator.validation.FieldError;
import org.natsoperator.validation.FieldErrors;
import org.natsoperator.validation.TypeErrors;

/** Finds every error in a role that is visible without other objects. */
public final class NatsServiceRoleValidator {

  static final String CLUSTER = "metadata.labels." + NatsApi.CLUSTER_LABEL;
  static final String CLUSTER_NAMESPACE =
      "metadata.annotations." + NatsApi.CLUSTER_NAMESPACE_ANNOTATION;
  static final String PUBLISH = "spec.permissions.publish";
  static final String SUBSCRIBE = "spec.permissions.subscribe";
  static final String RESPONSES = "spec.permissions.allowResponses";

  private NatsServiceRoleValidator() {}

  /** All errors, each with its field path; empty for a valid role. */
  public static List<FieldError> validate(NatsServiceRole role) {
    FieldErrors errors = findObstacles(role);
    Permissions permissions = role.getSpec().permissions();
    errors.addIf(
        permissions.isTooLarge(),
        "spec.permissions",
        "contains more than %d bytes of subjects; use wildcards or split the role",
        Permissions.MAX_BYTES);
    checkDuplicates(errors, PUBLISH, permissions.publish(), SubjectSyntax::mistakeInPublish);
    checkDuplicates(errors, SUBSCRIBE, permissions.subscribe(), SubjectSyntax::mistakeInSubscribe);
    return TypeErrors.before(errors.list(), role);
  }

  /**
   * The errors that prevent a login. Other errors are rejected only at admission: an existing role
   * must not lose its login for them.
   */
  static List<FieldError> obstacles(NatsServiceRole role) {
    return TypeErrors.before(findObstacles(role).list(), role);
  }

  private static FieldErrors findObstacles(NatsServiceRole role) {
    FieldErrors errors = new FieldErrors();
    checkCluster(errors, role);
    Permissions permissions = role.getSpec().permissions();
    errors.addIf(
        permissions.isMissing(),
        "spec.permissions",
        "is missing; list subjects under publish or subscribe, or set an empty list for none");
    check(errors, PUBLISH, permissions.publish(), SubjectSyntax::mistakeInPublish);
    check(errors, SUBSCRIBE, permissions.subscribe(), SubjectSyntax::mistakeInSubscribe);
    checkResponses(errors, permissions.allowResponses());
    RoleLimits limits = role.getSpec().limits();
    checkLimit(errors, "spec.limits.subscriptions", limits.subscriptions());
    checkLimit(errors, "spec.limits.payload", limits.payload());
    return errors;
  }

  private static void checkResponses(FieldErrors errors, AllowResponses responses) {
    if (responses != null) {
      checkRange(errors, RESPONSES + ".max", responses.max(), AllowResponses.MOST_REPLIES);
      checkRange(
          errors,
          RESPONSES + ".expiresSeconds",
          responses.expiresSeconds(),
          AllowResponses.LONGEST_SECONDS);
    }
  }

  private static void checkRange(FieldErrors errors, String field, int value, int most) {
    errors.addIf(
        value < 1 || value > most, field, "must be from 1 to %d; remove it for the default", most);
  }

  private static void checkLimit(FieldErrors errors, String field, Integer limit) {
    errors.addIf(
        limit != null && limit < 1, field, "must be at least 1; remove it for the default");
  }

  private static void checkCluster(FieldErrors errors, NatsServiceRole role) {
    String cluster = role.clusterName().orElse("");
    Optional<String> mistake =
        cluster.isEmpty()
            ? Optional.of("is missing; set it to the name of a NatsCluster")
            : ClusterName.mistakeIn(cluster)
                .map(what -> quoted(cluster) + " is not a valid NatsCluster name: it " + what);
    mistake.ifPresent(what -> errors.add(CLUSTER, what));
    Identity identity = Identity.of(role);
    String namespace = role.clusterNamespace().orElse(identity.namespace());
    errors.addIf(
        role.clusterNamespace().isPresent() && !DnsNames.isLabel(namespace),
        CLUSTER_NAMESPACE,
        "%s is not a valid namespace name; use the namespace of the NatsCluster, or remove the"
            + " annotation",
        quoted(namespace));
    tooLong(new ClientNames(identity, namespace, cluster).secret()).ifPresent(errors::add);
  }

  /** The error of a role whose token's Secret would have this name; empty if the name is valid. */
  static Optional<FieldError> tooLong(String secret) {
    return secret.length() <= DnsNames.MAX_SUBDOMAIN_LENGTH
        ? Optional.empty()
        : Optional.of(
            new FieldError(
                "metadata.name",
                ("is too long: the name of its token's Secret, %s, would exceed %d characters; use"
                        + " a shorter name")
                    .formatted(secret, DnsNames.MAX_SUBDOMAIN_LENGTH)));
  }

  private static void check(
      FieldErrors errors,
      String field,
      List<String> subjects,
      Function<String, Optional<String>> mistake) {
    for (int i = 0; i < subjects.size() && !errors.isFull(); i++) {
      String path = field + "[" + i + "]";
      mistake.apply(subjects.get(i)).ifPresent(what -> errors.add(path, what));
    }
  }

  /** Skips invalid entries, since these have their own error. */
  private static void checkDuplicates(
      FieldErrors errors,
      String field,
      List<String> subjects,
      Function<String, Optional<String>> mistake) {
    Map<SubjectPermission, Integer> seen = new HashMap<>();
    for (int i = 0; i < subjects.size() && !errors.isFull(); i++) {
      String subject = subjects.get(i);
      if (mistake.apply(subject).isEmpty()) {
        Integer first = seen.putIfAbsent(SubjectPermission.of(subject), i);
        errors.addIf(
            first != null,
            field + "[" + i + "]",
            "%s is already listed as [%d]; remove one of them",
            quoted(subject),
            first);
      }
    }
  }
}
