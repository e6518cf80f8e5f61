package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/**
 * Tells an API server that refuses from one that is away or was overtaken: only the first is worth
 * a user's attention.
 */
public final class Refusal {

  private static final int FORBIDDEN = 403;
  private static final int UNPROCESSABLE = 422;

  private Refusal() {}

  /** The API server's own words; empty if the failure will pass by itself. */
  public static Optional<String> in(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException refused
          && (refused.getCode() == FORBIDDEN || refused.getCode() == UNPROCESSABLE)
          && refused.getStatus() != null) {
        return Optional.ofNullable(refused.getStatus().getMessage());
      }
    }
    return Optional.empty();
  }
}
