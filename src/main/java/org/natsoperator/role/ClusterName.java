package org.natsoperator.role;

import java.util.Optional;

/**
 * What a NatsCluster may be called. The CRD says the same; an older one may still be installed, and
 * a role's label is seen by no CRD.
 */
public final class ClusterName {

  private static final int LONGEST = 45;

  private ClusterName() {}

  /** What is wrong with the name and what to do; empty if a cluster can be called so. */
  public static Optional<String> mistakeIn(String name) {
    if (name.length() > LONGEST || !name.matches("[a-z]([-a-z0-9]*[a-z0-9])?")) {
      return Optional.of(
          "must start with a letter, hold only a-z, 0-9 and '-', and have at most %d characters"
              .formatted(LONGEST));
    }
    return name.endsWith("-mgmt") || name.endsWith("-bound-token")
        ? Optional.of("must not end in '-mgmt' or '-bound-token'; choose another")
        : Optional.empty();
  }
}
