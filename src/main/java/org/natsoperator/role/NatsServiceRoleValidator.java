package org.natsoperator.role;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.natsoperator.api.NatsApi;
import org.natsoperator.api.NatsServiceRole;
import org.natsoperator.api.Permissions;

/** Finds every mistake in a role that can be seen in the role alone. */
public final class NatsServiceRoleValidator {

  private static final int LONGEST_NAME = 253;

  private NatsServiceRoleValidator() {}

  /** All mistakes, each with its field path; empty for a role that can be bound. */
  public static List<Problem> validate(NatsServiceRole role) {
    List<Problem> problems = new ArrayList<>();
    if (role.clusterName().filter(name -> !name.isEmpty()).isEmpty()) {
      problems.add(
          new Problem(
              "metadata.labels." + NatsApi.CLUSTER_LABEL,
              "is missing; set it to the name of a NatsCluster"));
    }
    tooLong(TokenSecret.name(role.getMetadata().getName(), role.clusterName().orElse("")))
        .ifPresent(problems::add);
    Permissions permissions = role.getSpec().permissions();
    check(problems, "spec.permissions.publish", permissions.publish(), Subjects::mistakeInPublish);
    check(
        problems,
        "spec.permissions.subscribe",
        permissions.subscribe(),
        Subjects::mistakeInSubscribe);
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
}
