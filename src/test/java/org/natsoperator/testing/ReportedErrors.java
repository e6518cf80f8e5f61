package org.natsoperator.testing;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** Errors of the server on a connection of {@link NatsClient} since its last attempt began. */
final class ReportedErrors implements ErrorListener {

  private final List<String> errors = new CopyOnWriteArrayList<>();

  /** Exceptions of the client library, of all attempts. */
  private final List<Exception> exceptions = new CopyOnWriteArrayList<>();

  @Override
  public void errorOccurred(Connection connection, String error) {
    errors.add(error.toLowerCase(Locale.ROOT));
  }

  @Override
  public void exceptionOccurred(Connection connection, Exception exception) {
    exceptions.add(exception);
  }

  /** Whether an error contains this text in lower case. */
  boolean contain(String text) {
    return errors.stream().anyMatch(error -> error.contains(text));
  }

  boolean isEmpty() {
    return errors.isEmpty();
  }

  void clear() {
    errors.clear();
  }

  @Override
  public String toString() {
    return "errors %s, exceptions %s".formatted(errors, exceptions);
  }
}
