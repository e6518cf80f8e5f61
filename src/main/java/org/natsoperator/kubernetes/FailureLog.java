package org.natsoperator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs failures that are retried. A failure that the API server, the network or a user caused takes
 * one line. Any other is a bug and is logged with its stack trace.
 *
 * <p>It replaces the log lines of JOSDK and fabric8, which print a stack trace at each attempt
 * (EventProcessor.retryAwareErrorLogging in JOSDK 5.3.2, Reflector.onException in fabric8 7.9.0).
 */
public final class FailureLog {

  private FailureLog() {}

  /** Logs that a reconciliation failed and is retried. */
  public static void reconciliation(Logger log, HasMetadata object, Exception failure) {
    write(log.atLevel(level(failure)).addKeyValue(ObjectName.KEY, ObjectName.of(object)), failure)
        .log("Reconciliation failed; retrying");
  }

  /** Logs that a list or watch failed, and makes the informer retry forever. */
  public static ExceptionHandler informer(Logger log, String kind) {
    return (started, failure) -> {
      write(log.atWarn().addKeyValue("kind", kind), failure).log("Watch failed; retrying");
      return true;
    };
  }

  /** Another writer and the end of a namespace are part of normal operation. */
  public static Level level(Throwable failure) {
    return ApiErrors.cause(failure)
        .filter(error -> ApiErrors.isConflict(error) || ApiErrors.isNamespaceTerminating(error))
        .map(error -> Level.INFO)
        .orElse(Level.WARN);
  }

  private static LoggingEventBuilder write(LoggingEventBuilder line, Throwable failure) {
    return ApiErrors.isExpected(failure)
        ? line.addKeyValue("error", ApiErrors.summary(failure))
        : line.setCause(failure);
  }
}
