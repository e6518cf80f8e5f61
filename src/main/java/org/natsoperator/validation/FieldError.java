package org.natsoperator.validation;

import java.util.List;
import java.util.stream.Collectors;

/** An invalid field: its path, and what is wrong with its value and what to do. */
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
