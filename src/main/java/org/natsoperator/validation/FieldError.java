package org.natsoperator.validation;

import java.util.List;
import java.util.stream.Collectors;

/** An invalid field: its path, and a message with the problem and the remedy. */
public record FieldError(String field, String message) {

  @Override
  public String toString() {
    return field + ": " + message;
  }

  /** Returns all errors as one sentence for a condition or an Event. */
  public static String join(List<FieldError> errors) {
    return errors.stream().map(FieldError::toString).collect(Collectors.joining("; "));
  }
}
