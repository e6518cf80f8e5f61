package org.natsoperator.role;

import java.util.ArrayList;
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
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.Permissions;
import org.natsoperator.validation.DnsNames;
import org.natsoperator.validation.FieldError;

/** Finds every mistake in a role that can be seen in the role alone. */
public final class NatsServiceRoleValidator {

  static final String CLUSTER = "metadata.labels." + NatsApi.CLUSTER_LABEL;
  static final String CLUSTER_NAMESPACE =
      "metadata.annotations." + NatsApi.CLUSTER_NAMESPACE_ANNOTATION;
  static final String PUBLISH = "spec.permissions.publish";
  static final String SUBSCRIBE = "spec.permissions.subscribe";

  private NatsServiceRoleValidator() {}

  /** All mistakes, each with its field path; empty for a role that is as it should be. */
  public static List<FieldError> validate(NatsServiceRole role) {
    List<FieldError> errors = new ArrayList<>(obstacles(role));
    Permissions permissions = role.getSpec().permissions();
    checkDuplicates(errors, PUBLISH, permissions.publish(), SubjectSyntax::mistakeInPublish);
    checkDuplicates(errors, SUBSCRIBE, permissions.subscribe(), SubjectSyntax::mistakeInSubscribe);
    return errors;
  }

  /**
   * The mistakes for which a role cannot be bound. Others are refused at their making only: a role
   * that has worked so far must not lose its login for them.
   */
  static List<FieldError> obstacles(NatsServiceRole role) {
    List<FieldError> errors = new ArrayList<>();
    mistakeInCluster(role).map(what -> new FieldError(CLUSTER, what)).ifPresent(errors::add);
    mistakeInNamespace(role)
        .map(what -> new FieldError(CLUSTER_NAMESPACE, what))
        .ifPresent(errors::add);
    tooLong(secretName(role)).ifPresent(errors::add);
    Permissions permissions = role.getSpec().permissions();
    if (permissions.isMissing()) {
      errors.add(
          new FieldError(
              "spec.permissions",
              "is missing; list subjects under publish or subscribe, or an empty list for none"));
    }
    check(errors, PUBLISH, permissions.publish(), SubjectSyntax::mistakeInPublish);
    check(errors, SUBSCRIBE, permissions.subscribe(), SubjectSyntax::mistakeInSubscribe);
    return errors;
  }

  /** The mistake of a role whose token's Secret would have this name; empty if it can. */
  static Optional<FieldError> tooLong(String secret) {
    return secret.length() <= DnsNames.MAX_SUBDOMAIN_LENGTH
        ? Optional.empty()
        : Optional.of(
            new FieldError(
                "metadata.name",
                "is too long: the token's Secret %s would have more than %d characters; shorten it"
                    .formatted(secret, DnsNames.MAX_SUBDOMAIN_LENGTH)));
  }

  private static Optional<String> mistakeInCluster(NatsServiceRole role) {
    String name = role.clusterName().orElse("");
    return name.isEmpty()
        ? Optional.of("is missing; set it to the name of a NatsCluster")
        : ClusterName.mistakeIn(name)
            .map(
                mistake ->
                    SubjectSyntax.quoted(name) + " is no name of a NatsCluster: it " + mistake);
  }

  private static Optional<String> mistakeInNamespace(NatsServiceRole role) {
    return role.clusterNamespace()
        .filter(namespace -> !DnsNames.isLabel(namespace))
        .map(
            namespace ->
                SubjectSyntax.quoted(namespace)
                    + " is no name of a namespace; name the one of the NatsCluster, or remove it");
  }

  private static String secretName(NatsServiceRole role) {
    Identity identity = Identity.of(role);
    return new ClientNames(
            identity,
            role.clusterNamespace().orElse(identity.namespace()),
            role.clusterName().orElse(""))
        .secret();
  }

  private static void check(
      List<FieldError> errors,
      String field,
      List<String> subjects,
      Function<String, Optional<String>> mistake) {
    for (int i = 0; i < subjects.size(); i++) {
      String path = field + "[" + i + "]";
      mistake.apply(subjects.get(i)).ifPresent(what -> errors.add(new FieldError(path, what)));
    }
  }

  /** Entries that are wrong themselves are told as such. */
  private static void checkDuplicates(
      List<FieldError> errors,
      String field,
      List<String> subjects,
      Function<String, Optional<String>> mistake) {
    Map<SubjectPermission, Integer> seen = new HashMap<>();
    for (int i = 0; i < subjects.size(); i++) {
      String subject = subjects.get(i);
      if (mistake.apply(subject).isPresent()) {
        continue;
      }
      Integer first = seen.putIfAbsent(SubjectPermission.of(subject), i);
      if (first != null) {
        errors.add(
            new FieldError(
                field + "[" + i + "]",
                SubjectSyntax.quoted(subject)
                    + " is listed already, as ["
                    + first
                    + "]; remove one of them"));
      }
    }
  }
}
