package org.natsoperator.role;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.natsoperator.api.AuthPolicy;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.Permissions;

/** Finds every mistake in a role that can be seen in the role alone. */
public final class NatsServiceRoleValidator {

  static final String CLUSTER = "metadata.labels." + NatsApi.CLUSTER_LABEL;
  static final String CLUSTER_NAMESPACE =
      "metadata.annotations." + NatsApi.CLUSTER_NAMESPACE_ANNOTATION;
  static final String PUBLISH = "spec.permissions.publish";
  static final String SUBSCRIBE = "spec.permissions.subscribe";

  private static final int LONGEST_NAME = 253;

  private NatsServiceRoleValidator() {}

  /** All mistakes, each with its field path; empty for a role that is as it should be. */
  public static List<Problem> validate(NatsServiceRole role) {
    List<Problem> problems = new ArrayList<>(obstacles(role));
    Permissions permissions = role.getSpec().permissions();
    checkDuplicates(problems, PUBLISH, permissions.publish(), Subjects::mistakeInPublish);
    checkDuplicates(problems, SUBSCRIBE, permissions.subscribe(), Subjects::mistakeInSubscribe);
    return problems;
  }

  /**
   * The mistakes for which a role cannot be bound. Others are refused at their making only: a role
   * that has worked so far must not lose its login for them.
   */
  static List<Problem> obstacles(NatsServiceRole role) {
    List<Problem> problems = new ArrayList<>();
    mistakeInCluster(role).map(what -> new Problem(CLUSTER, what)).ifPresent(problems::add);
    mistakeInNamespace(role)
        .map(what -> new Problem(CLUSTER_NAMESPACE, what))
        .ifPresent(problems::add);
    tooLong(secretName(role)).ifPresent(problems::add);
    Permissions permissions = role.getSpec().permissions();
    if (permissions.isMissing()) {
      problems.add(
          new Problem(
              "spec.permissions",
              "is missing; list subjects under publish or subscribe, or an empty list for none"));
    }
    check(problems, PUBLISH, permissions.publish(), Subjects::mistakeInPublish);
    check(problems, SUBSCRIBE, permissions.subscribe(), Subjects::mistakeInSubscribe);
    return problems;
  }

  /** The mistake of a role whose token's Secret would have this name; empty if it can. */
  static Optional<Problem> tooLong(String secret) {
    return secret.length() <= LONGEST_NAME
        ? Optional.empty()
        : Optional.of(
            new Problem(
                "metadata.name",
                "is too long: the token's Secret %s would have more than %d characters; shorten it"
                    .formatted(secret, LONGEST_NAME)));
  }

  private static Optional<String> mistakeInCluster(NatsServiceRole role) {
    String name = role.clusterName().orElse("");
    return name.isEmpty()
        ? Optional.of("is missing; set it to the name of a NatsCluster")
        : ClusterName.mistakeIn(name)
            .map(mistake -> Subjects.quoted(name) + " is no name of a NatsCluster: it " + mistake);
  }

  private static Optional<String> mistakeInNamespace(NatsServiceRole role) {
    return role.clusterNamespace()
        .filter(namespace -> !namespace.matches(AuthPolicy.NAMESPACE))
        .map(
            namespace ->
                Subjects.quoted(namespace)
                    + " is no name of a namespace; name the one of the NatsCluster, or remove it");
  }

  private static String secretName(NatsServiceRole role) {
    Identity identity = Identity.of(role);
    return new ClusterClient(
            identity,
            role.clusterNamespace().orElse(identity.namespace()),
            role.clusterName().orElse(""))
        .secret();
  }

  private static void check(
      List<Problem> problems,
      String field,
      List<String> subjects,
      Function<String, Optional<String>> mistake) {
    for (int i = 0; i < subjects.size(); i++) {
      String path = field + "[" + i + "]";
      mistake.apply(subjects.get(i)).ifPresent(what -> problems.add(new Problem(path, what)));
    }
  }

  /** Entries that are wrong themselves are told as such. */
  private static void checkDuplicates(
      List<Problem> problems,
      String field,
      List<String> subjects,
      Function<String, Optional<String>> mistake) {
    Map<Entry, Integer> seen = new HashMap<>();
    for (int i = 0; i < subjects.size(); i++) {
      String subject = subjects.get(i);
      if (mistake.apply(subject).isPresent()) {
        continue;
      }
      Integer first = seen.putIfAbsent(Entry.of(subject), i);
      if (first != null) {
        problems.add(
            new Problem(
                field + "[" + i + "]",
                Subjects.quoted(subject)
                    + " is listed already, as ["
                    + first
                    + "]; remove one of them"));
      }
    }
  }
}
