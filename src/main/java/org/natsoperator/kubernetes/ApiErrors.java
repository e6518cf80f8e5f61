package org.natsoperator.kubernetes;

import static java.net.HttpURLConnection.HTTP_CONFLICT;
import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_NOT_FOUND;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Classifies the errors of the API server by their HTTP status code. */
public final class ApiErrors {

  private static final int UNPROCESSABLE_CONTENT = 422;

  /** Reason of the cause that the NamespaceLifecycle admission plugin adds. */
  private static final String NAMESPACE_TERMINATING = "NamespaceTerminating";

  /** Causes can form a cycle. */
  private static final int MAX_CAUSES = 10;

  private ApiErrors() {}

  /** Whether the object exists already or was changed since it was read (409). */
  public static boolean isConflict(KubernetesClientException error) {
    return error.getCode() == HTTP_CONFLICT;
  }

  /** Whether RBAC or an admission plugin rejected the request (403). */
  public static boolean isForbidden(KubernetesClientException error) {
    return error.getCode() == HTTP_FORBIDDEN;
  }

  /** Whether the request failed because its namespace is being deleted. */
  static boolean isNamespaceTerminating(KubernetesClientException error) {
    return error.getStatus() != null
        && error.getStatus().getDetails() != null
        && error.getStatus().getDetails().getCauses().stream()
            .anyMatch(cause -> NAMESPACE_TERMINATING.equals(cause.getReason()));
  }

  /**
   * Whether the API server, the network or an interruption caused the failure; else it is a bug.
   */
  public static boolean isExpected(Throwable failure) {
    return causes(failure)
        .anyMatch(
            cause ->
                cause instanceof KubernetesClientException
                    || cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof InterruptedException
                    || cause instanceof UserError);
  }

  /** The error of the API server that caused the failure. */
  static Optional<KubernetesClientException> cause(Throwable failure) {
    return causes(failure)
        .filter(KubernetesClientException.class::isInstance)
        .map(KubernetesClientException.class::cast)
        .findFirst();
  }

  /**
   * One line about a failure: the API server's own message, or the first cause. The client's
   * message repeats the request and the whole response.
   */
  public static String summary(Throwable failure) {
    Optional<Status> status = cause(failure).map(KubernetesClientException::getStatus);
    Throwable first = causes(failure).reduce((outer, inner) -> inner).orElse(failure);
    String summary =
        status
            .filter(answer -> answer.getMessage() != null)
            .map(answer -> "%d %s".formatted(answer.getCode(), answer.getMessage()))
            .orElseGet(first::toString);
    return summary.lines().findFirst().orElse("");
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
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
    return cause(failure)
        .filter(error -> isForbidden(error) || error.getCode() == UNPROCESSABLE_CONTENT)
        .map(KubernetesClientException::getStatus)
        .map(Status::getMessage);
  }
}
