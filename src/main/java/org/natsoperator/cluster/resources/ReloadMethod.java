package org.natsoperator.cluster.resources;

import java.util.Optional;
import org.natsoperator.config.ServerVersion;

/** Who makes a running server read its file again. */
public enum ReloadMethod {
  SIDECAR,
  OPERATOR;

  /** Empty if the server must be restarted for it. */
  public static Optional<ReloadMethod> of(boolean sidecar, ServerVersion version) {
    if (sidecar) {
      return Optional.of(SIDECAR);
    }
    return version.answersOperator() && version.reportsConfigDigest()
        ? Optional.of(OPERATOR)
        : Optional.empty();
  }
}
