package org.natsoperator.kubernetes;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** Classifies the errors of the API server by their HTTP status code. */
public final class ApiErrors {

  private static final int UNPROCESSABLE_CONTENT = 422;

  private ApiErrors() {}

  /** Whether the object exists already or was changed since it was read (409). */
  public static boolean isConflict(KubernetesClientException error) {
    return error.getCode() == HTTP_CONFLICT;
  }

  /** Whether RBAC or an admission plugin rejected the request (403). */
  public static boolean isForbidden(KubernetesClientException error) {
    return error.getCode() == HTTP_FORBIDDEN;
  }

  /** Sends a request that has no effect if its object does not exist. */
  public static void ignoreNotFound(Runnable request) {
    succeeds(request, HTTP_NOT_FOUND);
  }

  /** Sends a request; returns false if the API server reports a conflict. */
  public static boolean ignoreConflict(Runnable request) {
    return succeeds(request, HTTP_CONFLICT);
  }

  private static boolean succeeds(Runnable request, int ignoredCode) {
    try {
      request.run();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == ignoredCode) {
        return false;
      }
      throw e;
    }
  }

  /** The API server's message, if it rejected a request that no retry can make acceptable. */
  public static Optional<String> permanentError(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KubernetesClientException error
          && (isForbidden(error) || error.getCode() == UNPROCESSABLE_CONTENT)
          && error.getStatus() != null) {
        return Optional.ofNullable(error.getStatus().getMessage());
      }
    }
    return Optional.empty();
  }
}
