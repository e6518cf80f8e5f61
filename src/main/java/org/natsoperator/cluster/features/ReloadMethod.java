package org.natsoperator.cluster.features;

import java.util.Optional;
import org.natsoperator.config.ServerVersion;

/** The component that makes a running server reload its file. */
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
