package org.natsoperator.validation;

import java.util.ArrayList;
import java.util.List;

/** Collects the errors of one object, in the order in which the checks find them. */
public final class FieldErrors {

  private final List<FieldError> errors = new ArrayList<>();

  /** Adds an error. */
  public void add(FieldError error) {
    errors.add(error);
  }

  /** Adds an error; the message is a format string if there are arguments. */
  public void add(String field, String message, Object... arguments) {
    add(new FieldError(field, arguments.length == 0 ? message : message.formatted(arguments)));
  }

  /** Adds an error if the condition is true. */
  public void addIf(boolean condition, String field, String message, Object... arguments) {
    if (condition) {
      add(field, message, arguments);
    }
  }

  /** The errors in the order in which they were added. */
  public List<FieldError> list() {
    return List.copyOf(errors);
  }
}
