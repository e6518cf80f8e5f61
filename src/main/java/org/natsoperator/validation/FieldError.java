package org.natsoperator.validation;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An invalid field: its path, and a message with the problem and the remedy. Both may quote a
 * user's text, so they are cut.
 */
public record FieldError(String field, String message) {

  private static final int LONGEST_FIELD = 400;
  private static final int LONGEST_MESSAGE = 2_000;

  public FieldError {
    field = cut(field, LONGEST_FIELD);
    message = cut(message, LONGEST_MESSAGE);
  }

  private static String cut(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) + "…" : text;
  }

  @Override
  public String toString() {
    return field + ": " + message;
  }

  /** Returns all errors as one sentence for a condition or an Event. */
  public static String join(List<FieldError> errors) {
    return errors.stream().map(FieldError::toString).collect(Collectors.joining("; "));
  }
}
