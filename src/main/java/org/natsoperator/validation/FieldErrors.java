package org.natsoperator.validation;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects the errors of one object, in the order in which the checks find them. It keeps a limited
 * number, since an object with many thousands of errors must not fill the operator's memory.
 */
public final class FieldErrors {

  /** Maximum number of errors; a further one only says that there are more. */
  public static final int MAX = 50;

  private final List<FieldError> errors = new ArrayList<>();

  /** Adds an error. */
  public void add(FieldError error) {
    if (errors.size() < MAX) {
      errors.add(error);
    } else if (errors.size() == MAX) {
      errors.add(
          new FieldError(
              root(error), "has more than %d errors; correct these first".formatted(MAX)));
    }
  }

  /** Whether further errors are ignored. */
  public boolean isFull() {
    return errors.size() > MAX;
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

  private static String root(FieldError error) {
    return error.field().split("[.\\[]", 2)[0];
  }

  /** The errors in the order in which they were added. */
  public List<FieldError> list() {
    return List.copyOf(errors);
  }
}
