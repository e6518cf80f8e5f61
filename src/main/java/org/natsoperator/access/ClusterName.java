package org.natsoperator.access;

import java.util.Optional;
import java.util.regex.Pattern;
import org.natsoperator.api.NatsCluster;

/**
 * The name of a NatsCluster. The CRD has the same rules, but an older CRD may be installed, and no
 * CRD validates the label of a role.
 */
public final class ClusterName {

  private static final Pattern NAME = Pattern.compile(NatsCluster.NAME);

  private ClusterName() {}

  /** Whether length and characters are valid. */
  public static boolean isWellFormed(String name) {
    return name.length() <= NatsCluster.MAX_NAME_LENGTH && NAME.matcher(name).matches();
  }

  /** The error in a name and its remedy; empty if the name is valid. */
  public static Optional<String> mistakeIn(String name) {
    if (!isWellFormed(name)) {
      return Optional.of(
          ("must start with a letter, contain only a-z, 0-9 and '-', and have at most %d"
                  + " characters; choose another name")
              .formatted(NatsCluster.MAX_NAME_LENGTH));
    }
    return name.endsWith("-mgmt") || name.endsWith("-bound-token")
        ? Optional.of("must not end in '-mgmt' or '-bound-token'; choose another name")
        : Optional.empty();
  }
}
